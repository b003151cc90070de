import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { PulseEvent } from '#domain/event.ts';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { ana, appendOne, ben } from '#test/pulse.ts';
import { runSql } from '#test/sql.ts';
import { zeroHash } from '../log/hash.ts';
import { openPulse, type Pulse } from '../pulse.ts';
import { nameOrigin } from './checkpoint.ts';
import { insert, makeConsistent, shift, swap, tamper } from './testing/tamper.ts';
import { verifyLog } from './verify-log.ts';

/** Each test breaks a log of its own: keys a, b, c, a, b, c … at the positions 1 to 12. */
let database: TestDatabase;
let pulse: Pulse;
let events: PulseEvent[];

beforeEach(async () => {
  database = await createTestDatabase();
  pulse = await openPulse({ url: database.url });
  onTestFinished(async () => {
    await pulse.close();
    await database.close();
  });
  events = [];
  for (let index = 0; index < 12; index += 1) {
    const key = ['a', 'b', 'c'][index % 3] as string;
    const appended = await appendOne(pulse, key, 'note.written', { text: `word ${index}`, n: 0.5, whole: 1 });
    events.push(...appended.events);
  }
});

const at = (position: number) => events[position - 1] as PulseEvent;
const change = (position: number, sql: string) =>
  tamper(database.ownerUrl, `UPDATE event SET ${sql} WHERE position = ${position}`);
const find = async (options?: Parameters<typeof verifyLog>[1]) => (await verifyLog(database, options)).problem;
const forged = (position: number, key: string, sequence: number) => ({
  ...at(1),
  position,
  key,
  sequence,
  payload: { text: 'never said' },
});

async function takeCheckpoint() {
  const { ok, logId, size, root } = await verifyLog(database);
  expect(ok).toBe(true);
  return { origin: nameOrigin(logId), size, root, time: '2026-01-01T00:00:00.000Z' };
}

describe('given a log that was only appended to', () => {
  it('when it is verified, then nothing is found and the root is that of its head', async () => {
    const [head] = await runSql(database.url, 'SELECT log_id, position, hash FROM log_head');
    expect(await verifyLog(database)).toEqual({
      ok: true,
      logId: head?.log_id,
      key: null,
      size: 12,
      root: head?.hash,
      problem: null,
    });
  });

  it('when it is empty, then nothing is found', async () => {
    const empty = await createTestDatabase();
    try {
      expect(await verifyLog(empty)).toMatchObject({ ok: true, size: 0, root: zeroHash });
    } finally {
      await empty.close();
    }
  });

  it('when one key is verified, then its last hash is the root', async () => {
    expect(await verifyLog(database, { key: 'b' })).toMatchObject({ ok: true, key: 'b', size: 4, root: at(11).hash });
  });

  it('when a key has no events, then it is not found', async () => {
    await expect(verifyLog(database, { key: 'nobody' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('when it grows meanwhile, from two processes, then nothing is found, and no row was written before an earlier one', async () => {
    const other = await openPulse({ url: database.url });
    try {
      let growing = true;
      const grow = Promise.all(
        Array.from({ length: 600 }, (_, index) =>
          appendOne(index % 2 ? pulse : other, `k${index % 40}`, 'note.written'),
        ),
      ).finally(() => {
        growing = false;
      });
      while (growing) expect(await find()).toBe(null);
      await grow;
      expect(await verifyLog(database)).toMatchObject({ ok: true, size: 612 });
    } finally {
      await other.close();
    }
    const [late] = await runSql(
      database.url,
      `SELECT count(*)::int AS count FROM
         (SELECT xmin::text::bigint < lag(xmin::text::bigint) OVER (ORDER BY position) AS early FROM event) e WHERE early`,
    );
    expect(late?.count).toBe(0);
  });

  it('when it has checkpoints of several sizes, then it extends them', async () => {
    const checkpoint = await takeCheckpoint();
    await appendOne(pulse, 'd', 'note.written');
    const later = await takeCheckpoint();
    const none = { ...checkpoint, size: 0, root: zeroHash };
    expect(await find({ checkpoints: [later, none, checkpoint] })).toBe(null);
  });

  it('when numbers of every size are stored, then they are as they were written', async () => {
    const numbers = [
      0,
      -0,
      1e21,
      -1.5e300,
      5e-324,
      1e-7,
      123456789.125,
      2 ** 53,
      -1e-10,
      0.1 + 0.2,
      1.7976931348623157e308,
    ];
    await appendOne(pulse, 'numbers', 'note.written', numbers);
    await appendOne(pulse, 'numbers', 'note.written', { text: '1.00 "2.0" \\ \u2028 1e5', '3.10': [[1.5]] });
    expect(await find()).toBe(null);
  });
});

describe('given an event that was changed', () => {
  it.each([
    ['one letter of the payload', `payload = jsonb_set(payload, '{text}', '"Word 4"')`],
    ['a number, by a digit that a double cannot hold', `payload = jsonb_set(payload, '{n}', '0.50000000000000000001')`],
    ['a number, by a zero', `payload = jsonb_set(payload, '{whole}', '1.0')`],
    ['the payload, by more levels than Pulse takes', `payload = (repeat('[', 3000) || repeat(']', 3000))::jsonb`],
    ['the actor', `actor = jsonb_set(actor, '{name}', '"Eve"')`],
    ['a member more in the actor', `actor = actor || '{"x":1}'`],
    ['the kind', `kind = 'note.writteN'`],
    ['the time, by a millisecond', `occurred_at = occurred_at + interval '1 ms'`],
    ['the time, by a microsecond', `occurred_at = occurred_at + interval '1 us'`, 'occurred_at TYPE timestamptz(6)'],
    ['the payload, to nothing at all', `payload = NULL`, 'payload DROP NOT NULL'],
    ['its place among the events of its key', `sequence = 5`],
    ['its place, to that of another', `sequence = 1`],
    ['the time, to none', `occurred_at = 'infinity'`],
    ['the hash', `hash = overlay(hash placing 'x' from 7)`],
  ])('when it is %s, then its position is named', async (_what, sql, column = 'hash SET NOT NULL') => {
    await tamper(database.ownerUrl, `ALTER TABLE event ALTER ${column}`);
    await change(5, sql);
    const problem = { how: 'altered', position: 5, through: 5, reason: expect.any(String) };
    expect(await verifyLog(database)).toMatchObject({ ok: false, size: 4, problem });
    expect(await verifyLog(database, { key: 'b' })).toMatchObject({ ok: false, size: 1, problem });
    expect(await find({ key: 'a' })).toBe(null);
  });

  it('when its hash was made to fit, then the row that was written late is named, not the one that shows it', async () => {
    await tamper(database.ownerUrl, 'DELETE FROM event WHERE position = 5', insert(forged(5, 'b', 2), at(2).hash));
    expect(await find()).toMatchObject({ how: 'altered', position: 5 });
  });

  it('when it is the last of its key, with a hash made to fit, then the log does not give its hash, and the row is named', async () => {
    await tamper(database.ownerUrl, 'DELETE FROM event WHERE position = 11', insert(forged(11, 'b', 4), at(8).hash));
    expect(await find()).toMatchObject({ position: 11 });
    expect(await find({ key: 'b' })).toMatchObject({ how: 'altered', position: 11 });
  });

  it('when it was moved to another key, then its position is named', async () => {
    await change(5, `key = 'a'`);
    expect(await find()).toMatchObject({ position: 5 });
    await change(5, `key = 'nobody'`);
    expect(await find()).toMatchObject({ how: 'altered', position: 5 });
  });
});

describe('given an event that was removed', () => {
  it('when its place is empty, then that is named', async () => {
    await tamper(database.ownerUrl, 'DELETE FROM event WHERE position IN (5, 6)');
    expect(await find()).toMatchObject({ how: 'removed', position: 5, through: 6 });
    expect(await find({ key: 'b' })).toMatchObject({ how: 'removed', position: 3, through: 8 });
  });

  it('when the first is gone, then it is named', async () => {
    await tamper(database.ownerUrl, 'DELETE FROM event WHERE position = 1');
    expect(await find()).toMatchObject({ how: 'removed', position: 1, through: 1 });
  });

  it('when the others were moved up, then the places are named between which its key lacks it', async () => {
    await tamper(database.ownerUrl, 'DELETE FROM event WHERE position = 5', ...shift(5, -1));
    expect(await find()).toMatchObject({ how: 'removed', position: 3, through: 7 });
  });

  it('when the tail is cut off, then its first position is named', async () => {
    await tamper(database.ownerUrl, 'DELETE FROM event WHERE position >= 11');
    expect(await find()).toMatchObject({ how: 'removed', position: 11, through: 12 });
    expect(await find({ key: 'b' })).toMatchObject({ how: 'removed', position: 9 });
  });

  it('when the whole log is gone, then that is named', async () => {
    await tamper(database.ownerUrl, 'TRUNCATE event');
    expect(await find()).toMatchObject({ how: 'removed', position: 1, through: 12 });
  });

  it('when the head was set back too, then the stream tells', async () => {
    const [, , head] = [
      await tamper(database.ownerUrl, 'DELETE FROM event WHERE position >= 11'),
      0,
      await makeConsistent(pulse.prisma),
    ];
    await tamper(database.ownerUrl, ...head.filter(([sql]) => sql.includes('log_head')));
    expect(await find()).toMatchObject({ how: 'removed', position: 9, through: 11 });
  });

  it('when head and streams were set back, then only the checkpoint tells', async () => {
    const checkpoint = await takeCheckpoint();
    await tamper(database.ownerUrl, 'DELETE FROM event WHERE position >= 11');
    await tamper(database.ownerUrl, ...(await makeConsistent(pulse.prisma)));
    expect(await find()).toBe(null);
    expect(await find({ checkpoints: [checkpoint] })).toMatchObject({ how: 'removed', position: 11, through: 12 });
  });
});

describe('given events that changed places', () => {
  it.each([
    ['neighbours of two keys', 5, 6],
    ['two keys, far apart', 2, 12],
    ['one key', 5, 8],
    ['the first and the last', 1, 12],
  ])('when they are %s, then the first of the two is named', async (_what, one, other) => {
    await tamper(database.ownerUrl, ...swap(one, other));
    expect(await find()).toMatchObject({ how: 'reordered', position: one, through: one });
  });

  it('when they are of one key, then verifying that key names the first too', async () => {
    await tamper(database.ownerUrl, ...swap(5, 11));
    expect(await find({ key: 'b' })).toMatchObject({ how: 'reordered', position: 5 });
  });

  it('when the head alone was changed, then the whole log is in doubt', async () => {
    await tamper(database.ownerUrl, `UPDATE log_head SET hash = repeat('1', 64)`);
    expect(await find()).toMatchObject({ how: 'reordered', position: 1, through: 12 });
  });
});

describe('given a row of a key that was changed', () => {
  it.each([
    ['is gone', `DELETE FROM stream WHERE key = 'b'`, 2],
    ['counts no event', `UPDATE stream SET sequence = 0 WHERE key = 'b'`, 2],
    ['counts fewer events', `UPDATE stream SET sequence = 3 WHERE key = 'b'`, 11],
    ['counts more events', `UPDATE stream SET sequence = 5 WHERE key = 'b'`, 12],
    ['has another hash', `UPDATE stream SET hash = repeat('1', 64) WHERE key = 'b'`, 11],
    ['is of another key', `UPDATE stream SET key = 'nobody' WHERE key = 'b'`, 1],
  ])('when it %s, then the first event that it does not account for is named', async (_what, sql, position) => {
    await tamper(database.ownerUrl, sql);
    expect(await find()).toMatchObject({ position });
    expect(await find({ key: 'b' })).not.toBe(null);
    expect(await find({ key: 'a' })).toBe(null);
  });
});

describe('given an event that was inserted', () => {
  it('when it stands far behind the last, then it is named, also where its key alone is verified', async () => {
    await tamper(
      database.ownerUrl,
      'INSERT INTO event SELECT 999, key, sequence, kind, payload, actor, occurred_at, hash FROM event WHERE position = 5',
    );
    expect(await find()).toMatchObject({ how: 'inserted', position: 999 });
    expect(await find({ key: 'b' })).toMatchObject({ how: 'inserted', position: 999 });
  });

  it('when it shares the place of the last of a page, then it is named', async () => {
    await Promise.all(Array.from({ length: 260 }, (_, index) => appendOne(pulse, `k${index}`, 'note.written')));
    const again = 'INSERT INTO event SELECT * FROM old';
    await tamper(
      database.ownerUrl,
      'ALTER TABLE event DROP CONSTRAINT event_pkey',
      insert(forged(256, 'z', 1), zeroHash),
      // The true row behind the forged one, then before it.
      `WITH old AS (DELETE FROM event WHERE position = 256 AND key <> 'z' RETURNING *) ${again}`,
    );
    expect(await find()).toMatchObject({ position: 256 });
    await tamper(
      database.ownerUrl,
      `WITH old AS (DELETE FROM event WHERE position = 256 AND key = 'z' RETURNING *) ${again}`,
    );
    expect(await find()).toMatchObject({ position: 256 });
  });

  it('when it stands behind the last, then it is named', async () => {
    await tamper(database.ownerUrl, insert(forged(13, 'a', 5), at(10).hash));
    expect(await find()).toMatchObject({ how: 'inserted', position: 13 });
  });

  it('when it stands before the first, then it is named', async () => {
    await tamper(database.ownerUrl, insert(forged(0, 'z', 1), zeroHash));
    expect(await find()).toMatchObject({ how: 'inserted', position: 0 });
  });

  it.each([
    ['of a key of its own', 'z', 1, zeroHash],
    ['at the end of a key', 'c', 4, () => at(9).hash],
  ])('when the others made room and it is %s, then it is named', async (_what, key, sequence, previous) => {
    // From position 10 on, so that key c has had its event 3; its event 4 goes to key d.
    await tamper(database.ownerUrl, `DELETE FROM event WHERE position = 12`, `UPDATE log_head SET position = 11`);
    await tamper(database.ownerUrl, `UPDATE stream SET sequence = 3, hash = '${at(9).hash}' WHERE key = 'c'`);
    await tamper(
      database.ownerUrl,
      ...shift(10, 1),
      insert(forged(10, key, sequence), typeof previous === 'string' ? previous : previous()),
    );
    expect(await find()).toMatchObject({ how: 'inserted', position: 10 });
    await tamper(database.ownerUrl, 'UPDATE log_head SET position = 12');
    expect(await find()).toMatchObject({ how: 'inserted', position: 10 });
  });

  it.each([
    ['fits the event before it', () => at(2).hash],
    ['fits nothing', () => zeroHash],
  ])('when it takes the place of another of its key and its hash %s, then it is named', async (_what, previous) => {
    await tamper(database.ownerUrl, ...shift(4, 1), insert(forged(4, 'b', 2), previous()));
    expect(await find()).toMatchObject({ how: 'inserted', position: 4 });
    expect(await find({ key: 'b' })).toMatchObject({ how: 'inserted', position: 4 });
  });
});

describe('given a log that was rewritten until it agreed with itself', () => {
  it('when there is a checkpoint, then that alone tells, and the row that was written late is named', async () => {
    const checkpoint = await takeCheckpoint();
    await change(5, `payload = '{"text":"something else"}'`);
    await tamper(database.ownerUrl, ...(await makeConsistent(pulse.prisma)));
    expect(await find()).toBe(null);
    expect(await find({ checkpoints: [checkpoint] })).toMatchObject({ how: 'rewritten', position: 5, through: 5 });
  });

  it('when every row was written anew, then it is after the last checkpoint that holds', async () => {
    const first = await takeCheckpoint();
    await appendOne(pulse, 'd', 'note.written', {}, ben);
    await appendOne(pulse, 'd', 'note.written', {}, ana);
    const second = await takeCheckpoint();
    await change(14, `payload = '{"text":"something else"}'`);
    await tamper(database.ownerUrl, ...(await makeConsistent(pulse.prisma)), 'UPDATE event SET kind = kind');
    expect(await find()).toBe(null);
    expect(await find({ checkpoints: [second, first] })).toMatchObject({ how: 'rewritten', position: 13, through: 14 });
  });

  it('when it grew afterwards, then the checkpoint still tells', async () => {
    const checkpoint = await takeCheckpoint();
    await change(1, `kind = 'note.other'`);
    await tamper(database.ownerUrl, ...(await makeConsistent(pulse.prisma)));
    const other = await openPulse({ url: database.url });
    await appendOne(other, 'a', 'note.written').finally(other.close);
    expect(await find()).toBe(null);
    expect(await find({ checkpoints: [checkpoint] })).toMatchObject({ how: 'rewritten', position: 1 });
  });

  it('when the checkpoint is of another log, then it says so', async () => {
    const checkpoint = { ...(await takeCheckpoint()), origin: 'pulse/another' };
    expect(await find({ checkpoints: [checkpoint] })).toMatchObject({ how: 'foreign', position: null });
  });
});
