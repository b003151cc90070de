import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import type { Cursor } from '#domain/cursor.ts';
import { appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { runSql } from '#test/sql.ts';
import { openClient, type PrismaClient } from '../db/client.ts';
import { openPulse, type Pulse } from '../pulse.ts';
import { type LogFilter, resolveCursor, type TailEntry } from './read.ts';
import { startTailer } from './tail.ts';

const { pulses, url, ownerUrl } = setUpPulses(2);
const here = () => pulses[0] as Pulse;
const there = () => pulses[1] as Pulse;

/** Reads entries after a cursor until there are `count`. */
async function take(pulse: Pulse, after: Cursor, count: number, filter: LogFilter = {}) {
  const stop = new AbortController();
  const seen: TailEntry[] = [];
  for await (const item of pulse.tail({ ...filter, after, signal: stop.signal })) {
    seen.push(item);
    if (seen.length >= count) break;
  }
  return seen;
}

/** Makes it look as if the log had been replaced by another. */
const nameLog = (logId: string) => runSql(ownerUrl(), 'UPDATE log_head SET log_id = $1', [logId]);

/** Keeps the next reading of the head from its reader. **Shape** `head` resolves when it was read, `goOn` hands it on */
function holdNextHead(prisma: PrismaClient): { head: Promise<unknown>; goOn: () => void } {
  let goOn = () => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const head = new Promise<void>((resolve) => {
    const read = prisma.logHead.findFirstOrThrow.bind(prisma.logHead);
    vi.spyOn(prisma.logHead, 'findFirstOrThrow').mockImplementationOnce((async () => {
      const row = await read();
      resolve();
      await held;
      return row;
    }) as never);
  });
  return { head, goOn };
}

const summarise = ({ entry }: TailEntry) => `${entry.type} ${entry.type === 'event' ? entry.position : entry.id}`;

/** A start, an event, a refusal and another event, kept in memory. **Shape** their key, and the position of the start. */
async function keepTrail(): Promise<{ key: string; position: number }> {
  const key = newKey();
  const warm = take(here(), await here().head(), 4, { key });
  const { events } = await appendOne(here(), key, 'meta.__start__');
  await appendOne(here(), key, 'meta.one');
  await appendOne(here(), key, 'meta.__start__').catch(() => {});
  await appendOne(here(), key, 'meta.two');
  await warm;
  return { key, position: events[0]?.position ?? 0 };
}

describe('tail', () => {
  it('gives stored entries first and then what other processes commit, events and refusals in order', async () => {
    const key = newKey();
    const after = await here().head();
    await appendOne(there(), key, 'meta.__start__');
    const seen = take(here(), after, 4, { key });
    await appendOne(there(), key, 'meta.__abort__');
    await appendOne(there(), key, 'meta.__abort__').catch(() => {});
    await appendOne(there(), key, 'meta.__end__').catch(() => {});
    expect((await seen).map(({ entry }) => `${entry.type} ${entry.kind}`)).toEqual([
      'event meta.__start__',
      'event meta.__abort__',
      'refusal meta.__abort__',
      'refusal meta.__end__',
    ]);
  });

  it('gives a reader that drops and resumes exactly what it missed, wherever it stops', async () => {
    const key = newKey();
    const after = await here().head();
    const write = async () => {
      await appendOne(there(), key, 'meta.__start__');
      for (let index = 0; index < 30; index += 1) {
        await appendOne(there(), key, 'meta.note', { index });
        if (index % 3 === 0) await appendOne(there(), key, 'meta.__start__').catch(() => {});
      }
    };
    const writing = write();
    const seen: TailEntry[] = [];
    let cursor = after;
    while (seen.length < 41) {
      const some = await take(here(), cursor, Math.min(1 + (seen.length % 7), 41 - seen.length), { key });
      seen.push(...some);
      cursor = (some.at(-1) as TailEntry).cursor;
    }
    await writing;
    const all = await take(here(), after, 41, { key });
    expect(seen.map(summarise)).toEqual(all.map(summarise));
    expect(new Set(seen.map(summarise)).size).toBe(41);
  });

  it('gives everything after a bare position, also what is kept in memory behind a refusal', async () => {
    const { key, position } = await keepTrail();
    const after = await resolveCursor(here().prisma, String(position), await here().head());
    expect((await take(here(), after, 3, { key })).map(({ entry }) => `${entry.type} ${entry.kind}`)).toEqual([
      'event meta.one',
      'refusal meta.__start__',
      'event meta.two',
    ]);
  });

  it('gives every event after a cursor that has seen more refusals than events', async () => {
    const { key, position } = await keepTrail();
    const after = { ...(await here().head()), position };
    const seen = await take(here(), after, 2, { key, eventsOnly: true });
    expect(seen.map(({ entry }) => entry.kind)).toEqual(['meta.one', 'meta.two']);
  });

  it('doubles nothing for a cursor that counts fewer refusals than this process has seen', async () => {
    const key = newKey();
    await appendOne(there(), key, 'meta.__start__');
    await appendOne(there(), key, 'meta.__start__').catch(() => {});
    const reader = await openPulse({ url: url() });
    await appendOne(there(), key, 'meta.one');
    const head = await there().head();
    await appendOne(there(), key, 'meta.two');
    const after = { ...head, refusals: 0 };
    const seen = take(reader, after, 2, { key, eventsOnly: true });
    await appendOne(there(), key, 'meta.three');
    expect((await seen).map(({ entry }) => entry.kind)).toEqual(['meta.two', 'meta.three']);
    await reader.close();
  });

  it('filters by kind pattern, stored and live', async () => {
    const after = await here().head();
    const key = newKey();
    await appendOne(here(), key, 'meta.__start__');
    const aborts = take(here(), after, 1, { kind: '*.__abort__' });
    await appendOne(here(), key, 'meta.note');
    await appendOne(here(), key, 'meta.__abort__');
    expect((await aborts).map(({ entry }) => entry.kind)).toEqual(['meta.__abort__']);
    expect((await take(here(), after, 1, { kind: 'meta.note' })).map(({ entry }) => entry.kind)).toEqual(['meta.note']);
  });

  it('catches up when its listening connection dies', async () => {
    const key = newKey();
    const after = await here().head();
    const seen = take(here(), after, 20, { key });
    const admin = new pg.Client({ connectionString: ownerUrl() });
    await admin.connect();
    for (let index = 0; index < 20; index += 1) {
      await appendOne(there(), key, 'note.added', { index });
      await admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN pulse'`,
      );
    }
    await admin.end();
    expect((await seen).map(({ entry }) => (entry.payload as { index: number }).index)).toEqual([...Array(20).keys()]);
  });

  it('gives every entry to a reader that falls behind further than memory reaches', async () => {
    const after = await here().head();
    const key = newKey();
    await appendOne(there(), key, 'note.added');
    const slow = here().tail({ after, key, signal: new AbortController().signal });
    const seen = [await slow.next()];
    const fast = take(here(), after, 10_000, { key });
    for (let batch = 0; batch < 10; batch += 1) {
      await Promise.all(Array.from({ length: 1_000 }, () => appendOne(there(), key, 'note.added')));
    }
    await fast;
    while (seen.length < 10_001) seen.push(await slow.next());
    await slow.return();
    const sequences = seen.map(({ value }) => value?.entry.type === 'event' && value.entry.sequence);
    expect(sequences).toEqual(Array.from({ length: 10_001 }, (_, index) => index + 1));
  });

  it('gives every entry to the first reader after a long time without one', async () => {
    const after = await there().head();
    const key = newKey();
    for (let batch = 0; batch < 5; batch += 1) {
      await Promise.all(Array.from({ length: 1_000 }, () => appendOne(there(), key, 'note.added')));
    }
    const seen = await take(there(), after, 5_000, { key });
    expect(seen.map(({ entry }) => entry.type === 'event' && entry.sequence)).toEqual(
      Array.from({ length: 5_000 }, (_, index) => index + 1),
    );
  });

  it('finds what no notification told of', async () => {
    const admin = new pg.Client({ connectionString: ownerUrl() });
    await admin.connect();
    await admin.query(`CREATE FUNCTION public.pg_notify(text, text) RETURNS void LANGUAGE sql AS ''`);
    await admin.query(`ALTER FUNCTION pulse_append SET search_path = public, pg_catalog`);
    const reader = await openPulse({ url: url(), heartbeatMs: 200 });
    const key = newKey();
    const seen = take(reader, await reader.head(), 1, { key });
    await appendOne(there(), key, 'note.added');
    expect((await seen).map(({ entry }) => entry.key)).toEqual([key]);
    await reader.close();
    await admin.query(`ALTER FUNCTION pulse_append SET search_path = public, pg_temp`);
    await admin.query(`DROP FUNCTION public.pg_notify(text, text)`);
    await admin.end();
  });

  it('misses nothing when the hint of an older commit comes after that of a newer one', async () => {
    const { prisma, close } = openClient(url());
    const tailer = await startTailer({ prisma, url: url(), heartbeatMs: 60_000 });
    const { head, goOn } = holdNextHead(prisma);
    const stop = new AbortController();
    const after = tailer.head();
    const key = newKey();
    const pages = tailer.tailPages({ key, after, signal: stop.signal });
    const first = pages.next();
    await head; // It has read that there is nothing new, and is about to stop looking.
    const { events } = await appendOne(there(), key, 'note.added');
    const position = events[0]?.position ?? 0;
    await sleep(300); // Until the notification has come.
    tailer.wake(`${position - 1} ${after.refusals}`);
    goOn();
    expect((await first).value).toHaveLength(1);
    stop.abort();
    await tailer.close();
    await close();
  });

  it('can be told of a commit before it knows where the log ends', async () => {
    const { prisma, close } = openClient(url());
    const { head, goOn } = holdNextHead(prisma);
    const starting = startTailer({ prisma, url: url(), heartbeatMs: 60_000 });
    await head;
    const key = newKey();
    await appendOne(there(), key, 'note.added');
    await sleep(300); // Until the notification has come.
    goOn();
    const tailer = await starting;
    const stop = new AbortController();
    const { value } = await tailer.tailPages({ key, after: tailer.head(), signal: stop.signal }).next();
    expect(value).toHaveLength(1);
    stop.abort();
    await tailer.close();
    await close();
  });

  it('reads the log that is there now, also when this process has not noticed that it was replaced', async () => {
    const reader = await openPulse({ url: url(), heartbeatMs: 60_000 });
    const { logId } = await reader.head();
    await nameLog('another');
    const key = newKey();
    const seen = take(reader, await reader.head(), 1, { key });
    await appendOne(there(), key, 'note.added');
    expect((await seen).map(({ entry }) => entry.key)).toEqual([key]);
    await nameLog(logId);
    await reader.close();
  });

  it('ends its readers when the log was replaced by another', async () => {
    const reader = await openPulse({ url: url(), heartbeatMs: 200 });
    const seen = take(reader, await reader.head(), 1, { key: newKey() });
    const { logId } = await reader.head();
    await nameLog('another');
    await expect(seen).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    const key = newKey();
    const begun = take(reader, await reader.head(), 1, { key });
    await appendOne(there(), key, 'note.added');
    expect((await begun).map(({ entry }) => entry.key)).toEqual([key]);
    await nameLog(logId);
    await reader.close();
  });
});
