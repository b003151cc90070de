import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { diffWithSchema, withSchemaEngine } from '#test/prisma-schema.ts';
import { runSql } from '#test/sql.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

test('the migrated database is what schema.prisma describes', async () => {
  expect(await withSchemaEngine(database.ownerUrl, diffWithSchema)).toBe('-- This is an empty migration.\n');
});

test('a column, a type and an index that differ are told', async () => {
  await runSql(database.ownerUrl, 'ALTER TABLE workflow ADD COLUMN surprise TEXT');
  await runSql(database.ownerUrl, 'ALTER TABLE lease ALTER COLUMN epoch TYPE BIGINT');
  await runSql(database.ownerUrl, 'DROP INDEX refusal_key_id_idx');

  const sql = await withSchemaEngine(database.ownerUrl, diffWithSchema);

  expect(sql).toContain('DROP COLUMN "surprise"');
  expect(sql).toContain('ALTER COLUMN "epoch" SET DATA TYPE INTEGER');
  expect(sql).toContain('CREATE INDEX "refusal_key_id_idx"');
});
