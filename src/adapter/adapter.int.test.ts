import { describe, expect, it } from 'vitest';
import type { Json } from '#domain/json.ts';
import { fn } from '#domain/role.ts';
import { newKey, setUpPulses } from '#test/pulse.ts';
import { runSql } from '#test/sql.ts';
import { makeDefinition, readTrail, setUpAdapters, start, waitForEvent } from './testing/adapters.ts';

const { pulses, ownerUrl } = setUpPulses(3);
const startOne = setUpAdapters();
const getPulses = () => pulses as [(typeof pulses)[0], (typeof pulses)[0], (typeof pulses)[0]];

/** A role that counts how often each of its rounds really ran. */
function countRounds(rounds: number) {
  const counts = new Map<string, number>();
  const role = fn<Json>(({ key, round }) => {
    counts.set(`${key} ${round}`, (counts.get(`${key} ${round}`) ?? 0) + 1);
    return { round };
  });
  return { counts, definitions: [makeDefinition(role, { rounds })] };
}

describe('an adapter', () => {
  it('runs a workflow round by round to its end', async () => {
    const [pulse, other] = getPulses();
    const { definitions } = countRounds(2);
    const adapter = await startOne(other, { definitions });
    const key = newKey();
    await start(pulse, key, { input: { a: 1 } });
    await waitForEvent(pulse, key, '__end__');
    const result = { role: 'work', outcome: 'succeeded', error: null, durationMs: expect.any(Number) };
    expect(await readTrail(pulse, key)).toEqual([
      ['__start__', { input: { a: 1 } }],
      ['__round__', { round: 1, role: 'work', adapter: adapter.id }],
      ['work', { ...result, round: 1, output: { round: 1 } }],
      ['__round__', { round: 2, role: 'work', adapter: adapter.id }],
      ['work', { ...result, round: 2, output: { round: 2 } }],
      ['__end__', { outcome: 'done', rounds: 2 }],
    ]);
    expect(await pulse.prisma.workflow.findUnique({ where: { key } })).toMatchObject({
      status: 'ended',
      outcome: 'done',
      role: null,
    });
    const end = await pulse.prisma.event.findFirst({ where: { key, sequence: 6 } });
    const name = expect.stringMatching(`^.+/${adapter.id.slice(0, 8)}$`);
    expect(end?.actor).toEqual({ type: 'adapter', id: adapter.id, name, via: 'adapter' });
  });

  it('shares the work with another, and no round runs twice', async () => {
    const [pulse, left, right] = getPulses();
    const { counts, definitions } = countRounds(3);
    const adapters = [
      await startOne(left, { definitions, concurrency: 4 }),
      await startOne(right, { definitions, concurrency: 4 }),
    ];
    const keys = Array.from({ length: 30 }, newKey);
    await Promise.all(keys.map((key) => start(pulse, key)));
    await Promise.all(keys.map((key) => waitForEvent(pulse, key, '__end__')));
    expect(counts.size).toBe(90);
    expect([...counts.values()].every((count) => count === 1)).toBe(true);
    const rows = await pulse.prisma.event.findMany({ where: { key: { in: keys }, kind: 'test.__round__' } });
    expect(rows).toHaveLength(90);
    const ran = new Set(rows.map(({ payload }) => (payload as { adapter: string }).adapter));
    expect(ran).toEqual(new Set(adapters.map(({ id }) => id)));
    expect(await pulse.prisma.refusal.count({ where: { key: { in: keys } } })).toBe(0);
  });

  it('loses no workflow and repeats no round when all connections to the database break', async () => {
    const [pulse, other] = getPulses();
    const { counts, definitions } = countRounds(10);
    await startOne(other, { definitions });
    const keys = Array.from({ length: 10 }, newKey);
    await Promise.all(keys.map((key) => start(pulse, key)));
    const ends = keys.map((key) => waitForEvent(pulse, key, '__end__'));
    await waitForEvent(pulse, keys[0] as string, 'work');
    await runSql(
      ownerUrl(),
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await Promise.all(ends);
    expect(counts.size).toBe(100);
    expect([...counts.values()].every((count) => count === 1)).toBe(true);
  });

  it('takes up at its start what was started before', async () => {
    const [pulse, other] = getPulses();
    const key = newKey();
    await start(pulse, key);
    await startOne(other, { definitions: countRounds(1).definitions });
    await waitForEvent(pulse, key, '__end__');
  });

  it('ends a workflow whose rounds are used up with max-rounds, those of its start first', async () => {
    const [pulse, other] = getPulses();
    await startOne(other, { definitions: countRounds(100).definitions });
    const key = newKey();
    await start(pulse, key, { input: null, maxRounds: 2 });
    expect(await waitForEvent(pulse, key, '__end__')).toMatchObject({ payload: { outcome: 'max-rounds', rounds: 2 } });
  });

  it('leaves it to the moderator what a failed role means', async () => {
    const [pulse, other] = getPulses();
    const work = fn<Json>(({ round }) => (round === 1 ? Promise.reject(new Error('broke')) : 'well'));
    const definition = makeDefinition(work, {
      moderator: ({ history }) => (history.at(-1)?.outcome === 'succeeded' ? { end: 'repaired' } : { role: 'work' }),
    });
    await startOne(other, { definitions: [definition] });
    const key = newKey();
    await start(pulse, key);
    expect(await waitForEvent(pulse, key, '__end__')).toMatchObject({ payload: { outcome: 'repaired', rounds: 2 } });
    expect((await readTrail(pulse, key))[2]).toMatchObject([
      'work',
      { outcome: 'failed', error: 'broke', output: null },
    ]);
  });

  it('fails a workflow whose definition cannot go on', async () => {
    const [pulse, other] = getPulses();
    const moderator = () => ({ role: 'nobody' });
    await startOne(other, {
      definitions: [
        makeDefinition(
          fn<Json>(() => null),
          { moderator },
        ),
      ],
    });
    const key = newKey();
    await start(pulse, key);
    expect(await waitForEvent(pulse, key, '__end__')).toMatchObject({
      payload: { outcome: 'failed', rounds: 0, error: expect.stringContaining("the role 'nobody'") },
    });
  });

  it('leaves workflows of other definitions alone', async () => {
    const [pulse, other] = getPulses();
    const key = newKey();
    await startOne(other, {
      definitions: [
        makeDefinition(
          fn<Json>(() => null),
          { name: 'else' },
        ),
      ],
    });
    await start(pulse, key);
    const { definitions } = countRounds(1);
    const able = await startOne(other, { definitions });
    await waitForEvent(pulse, key, '__end__');
    expect((await readTrail(pulse, key))[1]).toMatchObject(['__round__', { adapter: able.id }]);
  });
});
