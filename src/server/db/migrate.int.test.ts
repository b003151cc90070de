import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { writeMigrations } from '#test/migrations.ts';
import { listMigrations, withSchemaEngine } from '#test/prisma-schema.ts';
import { runSql } from '#test/sql.ts';
import { migrate, pendingMigrations } from './migrate.ts';

const FILTERS = { externalTables: [], externalEnums: [] };

let database: TestDatabase;
let folder: Awaited<ReturnType<typeof writeMigrations>>;

beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
  folder = await writeMigrations({
    '1_cup': 'CREATE TABLE cup (id INT PRIMARY KEY);',
    '2_tea': `CREATE TABLE tea (id INT PRIMARY KEY);
      CREATE FUNCTION pour() RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO cup VALUES (1); RETURN 1; END $$;`,
  });
});
afterEach(async () => {
  await folder.remove();
  await database.close();
});

test('applies what is pending, in order, once', async () => {
  expect(await pendingMigrations(database.ownerUrl, folder)).toEqual(['1_cup', '2_tea']);
  expect(await migrate(database.ownerUrl, folder)).toEqual({ applied: ['1_cup', '2_tea'], already: [] });
  expect(await migrate(database.ownerUrl, folder)).toEqual({ applied: [], already: ['1_cup', '2_tea'] });
  expect(await pendingMigrations(database.ownerUrl, folder)).toEqual([]);
});

test('two at once apply each migration once', async () => {
  const results = await Promise.all([migrate(database.ownerUrl, folder), migrate(database.ownerUrl, folder)]);

  expect(results).toContainEqual({ applied: ['1_cup', '2_tea'], already: [] });
  expect(results).toContainEqual({ applied: [], already: ['1_cup', '2_tea'] });
});

test('a migration that fails leaves nothing, keeps the earlier ones, and applies once it is repaired', async () => {
  await folder.write('3_bad', 'CREATE TABLE pot (id INT PRIMARY KEY); CREATE TABLE cup (id INT);');

  await expect(migrate(database.ownerUrl, folder)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: 'The migration 3_bad failed: relation "cup" already exists. Nothing of it was kept.',
  });
  expect(await runSql(database.ownerUrl, `SELECT to_regclass('pot') AS pot, to_regclass('tea') AS tea`)).toEqual([
    { pot: null, tea: 'tea' },
  ]);
  expect(await pendingMigrations(database.ownerUrl, folder)).toEqual(['3_bad']);

  await folder.write('3_bad', 'CREATE TABLE pot (id INT PRIMARY KEY);');
  expect(await migrate(database.ownerUrl, folder)).toEqual({ applied: ['3_bad'], already: ['1_cup', '2_tea'] });
});

test('a migration that can not be recorded leaves nothing', async () => {
  await folder.write('3_bad', 'CREATE TABLE pot (id INT); ALTER TABLE _prisma_migrations DROP COLUMN checksum;');

  await expect(migrate(database.ownerUrl, folder)).rejects.toThrow('The migration 3_bad failed');

  expect(await runSql(database.ownerUrl, `SELECT to_regclass('pot') AS pot`)).toEqual([{ pot: null }]);
  expect(await pendingMigrations(database.ownerUrl, folder)).toEqual(['3_bad']);
});

test('a history that has parted from the folder is refused, and nothing is written', async () => {
  await migrate(database.ownerUrl, folder);
  await folder.write('3_pot', 'CREATE TABLE pot (id INT PRIMARY KEY);');

  await folder.write('1_cup', 'CREATE TABLE cup (id BIGINT PRIMARY KEY);');
  const changed = { code: 'UNAVAILABLE', details: { reason: 'The migration 1_cup was changed after it was applied' } };
  await expect(migrate(database.ownerUrl, folder)).rejects.toMatchObject(changed);
  await expect(pendingMigrations(database.ownerUrl, folder)).rejects.toMatchObject(changed);

  await folder.remove('1_cup');
  await expect(migrate(database.ownerUrl, folder)).rejects.toThrow(
    'which this Pulse does not know. Run a newer Pulse.',
  );

  expect(await runSql(database.ownerUrl, `SELECT to_regclass('pot') AS pot`)).toEqual([{ pot: null }]);
});

test('Prisma agrees with the history that is written here', async () => {
  await migrate(database.ownerUrl, folder);
  const migrationsList = await listMigrations(folder.dir);

  await withSchemaEngine(database.ownerUrl, async (engine) => {
    expect(
      await engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters: FILTERS }),
    ).toMatchObject({ hasMigrationsTable: true, editedMigrationNames: [], failedMigrationNames: [], history: null });
    expect(await engine.applyMigrations({ migrationsList, filters: FILTERS })).toEqual({ appliedMigrationNames: [] });
  });
});

test('the history of `prisma migrate deploy` is understood here, and has the same shape', async () => {
  await folder.remove('2_tea');
  const prisma = await createTestDatabase({ empty: true });
  const migrationsList = await listMigrations(folder.dir);
  await withSchemaEngine(prisma.ownerUrl, (engine) => engine.applyMigrations({ migrationsList, filters: FILTERS }));
  await migrate(database.ownerUrl, folder);

  expect(await migrate(prisma.ownerUrl, folder)).toEqual({ applied: [], already: ['1_cup'] });
  expect(await describeHistory(database.ownerUrl)).toEqual(await describeHistory(prisma.ownerUrl));
  await prisma.close();
});

async function describeHistory(url: string) {
  const columns = await runSql(
    url,
    `SELECT column_name, data_type, character_maximum_length, is_nullable, column_default
     FROM information_schema.columns WHERE table_name = '_prisma_migrations' ORDER BY ordinal_position`,
  );
  const rows = await runSql(
    url,
    `SELECT length(id) AS id, checksum, migration_name, logs, rolled_back_at, applied_steps_count,
            finished_at >= started_at AS finished FROM _prisma_migrations`,
  );
  return { columns, rows };
}

test('a migration that Prisma recorded as failed is refused', async () => {
  await migrate(database.ownerUrl, folder);
  await runSql(database.ownerUrl, `UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '2_tea'`);

  await expect(migrate(database.ownerUrl, folder)).rejects.toThrow(
    'The migration 2_tea failed half-way in this database.',
  );
});
