import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import type { PulseError } from '#domain/errors.ts';
import { ana, appendOne, ben, newKey, setUpPulses } from '#test/pulse.ts';
import { runSql } from '#test/sql.ts';
import { isConnectionProblem } from '../db/connection.ts';
import { withConnection } from '../db/with-connection.ts';
import { listEvents } from '../events/list-events.ts';
import { shippedGuards } from '../guards/shipped.ts';
import { openPulse } from '../pulse.ts';
import { getWorkflow } from '../workflows/get.ts';
import { getTimeline } from '../workflows/timeline.ts';
import { commitBatch, toStatement } from './commit.ts';
import { hashEvent, zeroHash } from './hash.ts';
import { planBatch } from './plan.ts';
import { pruneCommands } from './prune-commands.ts';
import { emptyStream } from './stream.ts';

const { pulses, url, ownerUrl } = setUpPulses(2);
const [here, there] = [0, 1].map((index) => () => pulses[index] as (typeof pulses)[number]) as [
  () => (typeof pulses)[number],
  () => (typeof pulses)[number],
];

function codesOf(results: PromiseSettledResult<unknown>[]): string[] {
  return results
    .map((result) => (result.status === 'fulfilled' ? 'accepted' : (result.reason as PulseError).code))
    .sort();
}

/** Waits until so many statements wait for a lock of this database. */
async function waitForLocks(count: number): Promise<void> {
  await expect
    .poll(() =>
      runSql(
        ownerUrl(),
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      ),
    )
    .toHaveLength(count);
}

async function trailOf(key: string): Promise<string[]> {
  const { entries } = await getTimeline(here(), { key, limit: 200, order: 'asc' });
  return entries.map((entry) => `${entry.type === 'refusal' ? `${entry.guard} refused ` : ''}${entry.kind}`);
}

describe('append', () => {
  it('numbers events without a gap and in commit order, whoever appends', async () => {
    const keyList = Array.from({ length: 20 }, newKey);
    const before = (await here().head()).position;
    const appended = await Promise.all(
      Array.from({ length: 600 }, (_, index) =>
        appendOne(pulses[index % 2] as never, keyList[index % 20] as string, 'note.added', { index }),
      ),
    );
    const positions = appended.map(({ events }) => events[0]?.position ?? 0).sort((a, b) => a - b);
    expect(positions).toEqual(Array.from({ length: 600 }, (_, index) => before + index + 1));
    for (const key of keyList) {
      const { events } = await listEvents(here(), { key, limit: 1_000 });
      expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
      const times = events.map(({ position }) => position);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
  });

  it('accepts one of two aborts at once and refuses the other; both stay on the trail', async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      const key = newKey();
      await appendOne(here(), key, 'meta.__start__', { maxRounds: 3 });
      const results = await Promise.allSettled([
        appendOne(here(), key, 'meta.__abort__', { reason: 'mine' }, ana),
        appendOne(there(), key, 'meta.__abort__', { reason: 'yours' }, ben),
      ]);
      expect(codesOf(results)).toEqual(['GUARD_REJECTED', 'accepted']);
      expect(await trailOf(key)).toEqual([
        'meta.__start__',
        'meta.__abort__',
        'workflow-lifecycle refused meta.__abort__',
      ]);
      const refusal = results.find((result) => result.status === 'rejected')?.reason as PulseError<'GUARD_REJECTED'>;
      expect(refusal.details).toEqual({
        guard: 'workflow-lifecycle',
        kind: 'meta.__abort__',
        key,
        state: { status: 'aborted' },
        check: "state.status = 'active'",
      });
    }
  });

  it('lets either the abort or the end win, never both', async () => {
    for (let turn = 0; turn < 20; turn += 1) {
      const key = newKey();
      await appendOne(here(), key, 'meta.__start__');
      const [abort, end] = await Promise.allSettled([
        appendOne(here(), key, 'meta.__abort__'),
        appendOne(there(), key, 'meta.__end__', { outcome: 'done' }),
      ]);
      expect(codesOf([abort, end])).toEqual(['GUARD_REJECTED', 'accepted']);
      const { status } = await getWorkflow(here(), { key });
      expect(status).toBe(abort.status === 'fulfilled' ? 'aborted' : 'ended');
    }
  });

  it('refuses an end, a round and a role’s late write after an abort, and records that the role has stopped', async () => {
    const key = newKey();
    await appendOne(here(), key, 'meta.__start__');
    await appendOne(here(), key, 'meta.__round__', { round: 1, role: 'coder' });
    await appendOne(there(), key, 'meta.__abort__', { reason: 'task out of scope' });
    expect((await getWorkflow(here(), { key })).role).toBe('coder');
    const late = await Promise.allSettled([
      appendOne(here(), key, 'meta.coder', { round: 1 }),
      appendOne(here(), key, 'meta.__end__', { outcome: 'done' }),
      appendOne(here(), key, 'meta.__round__', { round: 2, role: 'coder' }),
      appendOne(here(), key, 'meta.approved', {}),
    ]);
    expect(codesOf(late)).toEqual(Array(4).fill('GUARD_REJECTED'));
    await appendOne(here(), key, 'meta.__stopped__', { round: 1, role: 'coder', how: 'SIGTERM', tookMs: 12 });
    const workflow = await getWorkflow(here(), { key });
    expect(workflow).toMatchObject({ status: 'aborted', reason: 'task out of scope', role: null, abortedBy: ana });
  });

  it('refuses a write with a stale lease epoch, as the guard «lease»', async () => {
    const key = newKey();
    await appendOne(here(), key, 'meta.__start__');
    await here().prisma.stream.update({ where: { key }, data: { leaseEpoch: 7 } });
    const round = { key, events: [{ kind: 'meta.__round__', payload: { round: 1, role: 'coder' } }], actor: ana };
    await expect(here().append({ ...round, epoch: 6 })).rejects.toMatchObject({
      code: 'GUARD_REJECTED',
      details: { guard: 'lease', state: { epoch: 7 } },
    });
    const { workflow } = await here().append({ ...round, epoch: 7 });
    expect(workflow).toMatchObject({ round: 1, role: 'coder' });
    await appendOne(there(), key, 'meta.__abort__');
    expect((await here().prisma.stream.findUniqueOrThrow({ where: { key } })).leaseEpoch).toBe(8);
  });

  it('refuses a stale lease epoch also when it was raised behind this process’s back', async () => {
    const key = newKey();
    await appendOne(here(), key, 'meta.__start__');
    const epoch = 0;
    await here().append({ key, events: [{ kind: 'meta.note', payload: {} }], actor: ana, epoch });
    await here().prisma.stream.update({ where: { key }, data: { leaseEpoch: 1 } });
    await expect(
      here().append({ key, events: [{ kind: 'meta.note', payload: {} }], actor: ana, epoch }),
    ).rejects.toMatchObject({ code: 'GUARD_REJECTED', details: { guard: 'lease', state: { epoch: 1 } } });
  });

  it('writes a batch once that is sent again because its answer was lost', async () => {
    const key = newKey();
    const requests = [{ key, events: [{ kind: 'note.added', payload: {} }], actor: ana }];
    const before = new Map([[key, emptyStream]]);
    const plan = await planBatch(requests, before, shippedGuards, () => new Date());
    const statement = toStatement(`batch-${key}`, { requests, guardsHash: zeroHash, before, plan });
    const first = await withConnection(url(), (client) => commitBatch(client, statement));
    await appendOne(there(), newKey(), 'note.added');
    expect(await withConnection(url(), (client) => commitBatch(client, statement))).toEqual(first);
    expect(await trailOf(key)).toEqual(['note.added']);
  });

  it('answers a repeated commandId with the first result and writes nothing', async () => {
    const key = newKey();
    const command = { key, events: [{ kind: 'note.added', payload: { n: 1 } }], actor: ana, commandId: `once-${key}` };
    const [first, second] = await Promise.all([here().append(command), here().append(command)]);
    const third = await there().append(command);
    expect(second.events).toEqual(first.events);
    expect(third.events).toEqual(first.events);
    expect(await trailOf(key)).toEqual(['note.added']);
    await expect(here().append({ ...command, key: newKey() })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('remembers a command for a week and a batch for an hour', async () => {
    const { prisma } = here();
    const key = newKey();
    const commandId = `aged-${key}`;
    await here().append({ key, events: [{ kind: 'note.added', payload: {} }], actor: ana, commandId });
    const count = () => prisma.command.count();
    const age = (interval: string) =>
      runSql(ownerUrl(), 'UPDATE command SET expires_at = expires_at - $1::interval', [interval]);
    const before = await count();
    await age('59 minutes');
    await pruneCommands(prisma);
    expect(await count()).toBe(before);
    await age('2 minutes');
    await pruneCommands(prisma);
    expect(await prisma.command.count({ where: { id: commandId } })).toBe(1);
    expect(await count()).toBeLessThan(before);
    await age('7 days');
    await pruneCommands(prisma);
    expect(await count()).toBe(0);
  });

  it('does not build on a batch that another process was faster than', async () => {
    const key = newKey();
    await appendOne(here(), key, 'meta.__start__');
    const blocker = new pg.Client({ connectionString: ownerUrl() });
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query('SELECT FROM log_head FOR UPDATE');
    const faster = appendOne(there(), key, 'meta.note', {}, ben);
    await waitForLocks(1);
    // Two batches: the first is written behind the other process's, the second is planned on top of the first.
    const round = appendOne(here(), key, 'meta.__round__', { round: 1, role: 'coder' });
    const others = Array.from({ length: 127 }, () => appendOne(here(), newKey(), 'note.added'));
    const result = appendOne(here(), key, 'meta.coder', { round: 1 });
    await waitForLocks(2);
    await blocker.query('COMMIT');
    await blocker.end();
    await Promise.allSettled([faster, round, ...others, result]);
    const { events } = await listEvents(here(), { key, limit: 10 });
    let previous = zeroHash;
    for (const event of events) {
      expect(event.hash).toBe(hashEvent(previous, event));
      previous = event.hash;
    }
    expect(events.filter(({ kind }) => kind === 'meta.coder')).toHaveLength(
      events.some(({ kind }) => kind === 'meta.__round__') && (await getWorkflow(here(), { key })).role === null
        ? 1
        : 0,
    );
  });

  it('refuses a commandId that was used for something else', async () => {
    const key = newKey();
    const request = { key, actor: ana, commandId: `reused-${key}` };
    await here().append({ ...request, events: [{ kind: 'meta.__start__', payload: {} }] });
    await expect(
      here().append({ ...request, events: [{ kind: 'meta.__abort__', payload: {} }] }),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { issues: [{ path: 'commandId' }] } });
    expect(await getWorkflow(here(), { key })).toMatchObject({ status: 'active' });
  });

  it('takes an error that only mentions a code of lost connections for what it is', async () => {
    const broken = Object.assign(new Error('value "5330057081" is out of range for type integer'), {
      code: 'P2010',
      meta: { driverAdapterError: { cause: { originalCode: '22003', kind: 'postgres' } } },
    });
    expect(isConnectionProblem(broken)).toBe(false);
    broken.meta.driverAdapterError.cause.originalCode = '57P01';
    expect(isConnectionProblem(broken)).toBe(true);
    await appendOne(here(), newKey(), 'meta.__start__', { maxRounds: 5_330_057_081 });
  });

  it('lets every one of many writers of one key through', async () => {
    const key = newKey();
    const more = await Promise.all([3, 4, 5, 6].map(() => openPulse({ url: url() })));
    const callers = [...pulses, ...more].flatMap((pulse) => Array.from({ length: 8 }, () => pulse));
    await Promise.all(
      callers.map(async (pulse) => {
        for (let index = 0; index < 25; index += 1) await appendOne(pulse, key, 'note.added');
      }),
    );
    expect(await here().prisma.event.count({ where: { key } })).toBe(48 * 25);
    await Promise.all(more.map((pulse) => pulse.close()));
  });

  it('answers a repeated command that was refused with the same refusal, recorded once', async () => {
    const key = newKey();
    const command = { key, events: [{ kind: 'meta.__abort__', payload: {} }], actor: ana, commandId: `refused-${key}` };
    const results = await Promise.allSettled([here().append(command), there().append(command)]);
    expect(codesOf(results)).toEqual(['GUARD_REJECTED', 'GUARD_REJECTED']);
    expect(await trailOf(key)).toEqual(['workflow-lifecycle refused meta.__abort__']);
  });

  it('refuses another expectedSequence than the key has and stores nothing', async () => {
    const key = newKey();
    await appendOne(there(), key, 'note.added');
    await appendOne(here(), key, 'note.added');
    const event = { key, events: [{ kind: 'note.added', payload: {} }], actor: ana };
    await expect(there().append({ ...event, expectedSequence: 1 })).rejects.toMatchObject({
      code: 'SEQUENCE_CONFLICT',
      details: { key, expectedSequence: 1, actualSequence: 2 },
    });
    await there().append({ ...event, expectedSequence: 2 });
    expect(await trailOf(key)).toHaveLength(3);
  });

  it('stores none of a request’s events when one of them is refused', async () => {
    const key = newKey();
    const events = ['meta.__start__', 'meta.__end__', 'meta.__end__'].map((kind) => ({ kind, payload: {} }));
    await expect(here().append({ key, events, actor: ana })).rejects.toMatchObject({ code: 'GUARD_REJECTED' });
    expect(await trailOf(key)).toEqual(['workflow-lifecycle refused meta.__end__']);
    await expect(getWorkflow(here(), { key })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each([
    ['a kind without a tail', { kind: 'meta', payload: {} }],
    ['a kind past its limit', { kind: `meta.${'x'.repeat(100)}`, payload: {} }],
    ['a payload past its limit', { kind: 'note.added', payload: 'x'.repeat(256 * 1024) }],
    ['a NUL character', { kind: 'note.added', payload: { text: 'a\0b' } }],
    ['half a surrogate pair', { kind: 'note.added', payload: ['\ud800'] }],
    ['an abort whose reason is past its limit', { kind: 'meta.__abort__', payload: { reason: 'x'.repeat(2_001) } }],
    ['deep nesting', { kind: 'note.added', payload: JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)) }],
  ])('refuses %s and stores nothing', async (_, event) => {
    const before = await here().head();
    await expect(here().append({ key: newKey(), events: [event], actor: ana })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    expect(await here().head()).toEqual(before);
  });

  it('gives back exactly the payload that was stored', async () => {
    const payload = { 'ключ \u{1f600}': [1e21, 1e-7, 5e-324, -0, true, null, { __proto__: null, a: '\u0001"\\' }] };
    const key = newKey();
    const stored = JSON.parse(JSON.stringify(payload));
    const { events } = await appendOne(here(), key, 'note.added', stored);
    const read = await listEvents(there(), { key, limit: 1 });
    expect(read.events[0]?.payload).toEqual(stored);
    expect(read.events).toEqual(events.map((event) => ({ ...event, payload: stored })));
  });

  it('chains the hashes of a key', async () => {
    const key = newKey();
    for (const text of ['one', 'two', 'three']) await appendOne(here(), key, 'note.added', { text });
    const { events } = await listEvents(there(), { key, limit: 10 });
    let previous = zeroHash;
    for (const event of events) {
      expect(event.hash).toBe(hashEvent(previous, event));
      previous = event.hash;
    }
  });

  it('neither loses nor doubles an append when connections are cut', async () => {
    const key = newKey();
    const killer = new pg.Client({ connectionString: ownerUrl() });
    await killer.connect();
    let done = false;
    // Not without end: on a slow machine no append would get through between two cuts.
    const killing = (async () => {
      for (let cuts = 0; !done && cuts < 20; await sleep(25)) {
        const { rowCount } = await killer.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%pulse_append%'`,
        );
        cuts += rowCount ?? 0;
      }
    })();
    const appended = [];
    for (let index = 0; index < 200; index += 1) appended.push(appendOne(here(), key, 'note.added', { index }));
    for (let index = 200; index < 300; index += 1) appended.push(await appendOne(here(), key, 'note.added', { index }));
    await Promise.all(appended);
    done = true;
    await killing;
    await killer.end();
    const { events } = await listEvents(there(), { key, limit: 1_000 });
    expect(events.map(({ payload }) => (payload as { index: number }).index)).toEqual(
      Array.from({ length: 300 }, (_, index) => index),
    );
  });
});

describe('the database', () => {
  it.each(['event', 'refusal'])('refuses to change or remove history in %s, even its owner', async (table) => {
    await appendOne(here(), newKey(), 'note.added');
    for (const statement of [`UPDATE ${table} SET key = 'x'`, `DELETE FROM ${table}`, `TRUNCATE ${table}`]) {
      await expect(runSql(ownerUrl(), statement)).rejects.toThrow(/history does not change/);
    }
  });
});
