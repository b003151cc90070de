import { describe, expect, it } from 'vitest';
import { ana, appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { runSql } from '#test/sql.ts';
import type { Pulse } from '../pulse.ts';
import { AbortMany, abortMany } from './abort-many.ts';
import { getWorkflow } from './get.ts';

const { pulses, ownerUrl } = setUpPulses();
const pulse = () => pulses[0] as Pulse;
const abort = (input: unknown) => abortMany(pulse(), AbortMany.parse(input), ana);

async function startSome(count: number, name: string): Promise<string[]> {
  const keys = Array.from({ length: count }, () => newKey());
  for (const key of keys) await appendOne(pulse(), key, `${name}.__start__`);
  return keys;
}

describe('abortMany', () => {
  it('aborts each key once, and tells of each what became of it', async () => {
    const [first, second] = await startSome(2, 'named');
    await appendOne(pulse(), second as string, 'named.__end__', { outcome: 'done' });
    const { results, more } = await abort({ keys: [first, second, 'nobody', first], reason: 'enough' });
    expect(results).toEqual([
      { key: first, ok: true, position: expect.any(Number), children: 0 },
      {
        key: second,
        ok: false,
        error: { code: 'GUARD_REJECTED', message: `'${second}' has already ended: refused by workflow-lifecycle` },
      },
      { key: 'nobody', ok: false, error: { code: 'NOT_FOUND', message: expect.stringContaining('nobody') } },
    ]);
    expect(more).toBe(false);
    expect(await getWorkflow(pulse(), { key: first as string })).toMatchObject({
      status: 'aborted',
      reason: 'enough',
      position: results[0]?.position,
    });
  });

  it('aborts all that a filter finds, page by page, and none that is over', async () => {
    const keys = await startSome(450, 'crowd');
    await appendOne(pulse(), keys[7] as string, 'crowd.__end__');
    const { results } = await abort({ filter: { name: 'crowd' } });
    expect(results.map(({ key }) => key)).toEqual(keys.filter((key) => key !== keys[7]).reverse());
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(await pulse().prisma.workflow.count({ where: { name: 'crowd', status: 'active' } })).toBe(0);
    expect(await pulse().prisma.refusal.count({ where: { key: { in: keys } } })).toBe(0);
  });

  it('writes nothing in a dry run', async () => {
    const [first, second] = await startSome(2, 'dry');
    await appendOne(pulse(), second as string, 'dry.__abort__');
    const before = await pulse().head();
    expect((await abort({ filter: { name: 'dry' }, dryRun: true })).results).toEqual([
      { key: first, ok: true, children: 0 },
    ]);
    expect((await abort({ keys: [second], dryRun: true })).results).toMatchObject([
      { key: second, ok: false, error: { code: 'GUARD_REJECTED' } },
    ]);
    expect(await pulse().head()).toEqual(before);
  });

  it('tells of each key when the database is out of reach', async () => {
    const [key] = await startSome(1, 'far');
    const setLimit = (limit: number) =>
      runSql(
        ownerUrl(),
        `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT ${limit}', current_database()); END $$`,
      );
    await setLimit(0);
    await runSql(
      ownerUrl(),
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
    const { results } = await abort({ keys: [key] }).finally(() => setLimit(-1));
    expect(results).toMatchObject([{ key, ok: false, error: { code: 'UNAVAILABLE' } }]);
    expect((await getWorkflow(pulse(), { key: key as string })).status).toBe('active');
  });

  it.each([{}, { keys: [] }, { keys: ['k'], filter: {} }, { filter: { limit: 1 } }])('refuses %j', (input) => {
    expect(AbortMany.safeParse(input).success).toBe(false);
  });
});
