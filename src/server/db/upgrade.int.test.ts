import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { writeMigrations } from '#test/migrations.ts';
import { runSql } from '#test/sql.ts';
import { claimWorkflows } from '../leases/claim-workflows.ts';
import { openPulse } from '../pulse.ts';
import { migrate } from './migrate.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
});
afterAll(() => database.close());

/** Brings the database to where a release left it. */
async function migrateTo(...names: string[]): Promise<void> {
  const shipped = (name: string) => new URL(`../../../prisma/migrations/${name}/migration.sql`, import.meta.url);
  const files = names.map(async (name) => [name, await readFile(shipped(name), 'utf8')]);
  const folder = await writeMigrations(Object.fromEntries(await Promise.all(files)));
  await migrate(database.ownerUrl, folder);
  await folder.remove();
}

test('a log with workflows that run goes on with them: each that needs an adapter has its turn, in their order', async () => {
  await migrateTo('20261123000000_log', '20261124000000_full_strength');
  const workflows = [
    ['second', 'active', null],
    ['first', 'aborted', 'coder'],
    ['held', 'active', 'coder'],
    ['over', 'ended', null],
  ];
  for (const [index, [key, status, role]] of workflows.entries())
    await runSql(
      database.ownerUrl,
      `WITH begun AS (
         INSERT INTO workflow (key, name, status, round, role, started_at, updated_at, started_by, position, start_position)
         VALUES ($1, 'meta', $2, 1, $3, now() - $4 * interval '1 minute', now(), '{}', $5, $5)
       )
       INSERT INTO stream (key, sequence, guard_states, lease_epoch, hash) VALUES ($1, 1, '{}', 4, '')`,
      [key, status, role, key === 'first' ? 9 : 5, index + 1],
    );
  await runSql(
    database.ownerUrl,
    `INSERT INTO lease (key, name, adapter_id, epoch, expires_at)
     SELECT key, 'meta', 'a1', 4, now() + interval '1 hour' FROM unnest('{held,over}'::text[]) AS key`,
  );

  await migrate(database.ownerUrl);

  const turns = await runSql(database.ownerUrl, 'SELECT key, adapter_id AS holder FROM lease ORDER BY due_at');
  expect(turns).toEqual([
    { key: 'first', holder: null },
    { key: 'second', holder: null },
    { key: 'held', holder: 'a1' },
  ]);
  const pulse = await openPulse({ url: database.ownerUrl });
  try {
    const claim = { adapterId: 'a2', names: ['meta'], limit: 1, ttlMs: 60_000 };
    expect(await claimWorkflows(pulse, claim)).toEqual([{ key: 'first', name: 'meta', epoch: 5 }]);
    expect(await claimWorkflows(pulse, claim)).toEqual([{ key: 'second', name: 'meta', epoch: 5 }]);
    expect(await claimWorkflows(pulse, claim)).toEqual([]);
  } finally {
    await pulse.close();
  }
});
