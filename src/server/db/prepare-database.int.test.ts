import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { runSql } from '#test/sql.ts';
import { withLogReader } from '../audit/read-log.ts';
import { findHistoryWeakness } from './find-history-weakness.ts';
import { migrate, pendingMigrations } from './migrate.ts';
import { prepareDatabase } from './prepare-database.ts';

const { url: serverUrl, ownerUrl: serverOwnerUrl } = inject('testServer');

let database: TestDatabase;
let role: string;

const asApplication = (sql: string) => runSql(database.url, sql);
const asOwner = (sql: string) => runSql(database.ownerUrl, sql);
const mayAppend = async () =>
  (await asApplication(`SELECT has_function_privilege('pulse_append'::regproc, 'EXECUTE') AS may`))[0]?.may;

beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
  [{ role } = { role: '' }] = (await asApplication('SELECT quote_ident(current_user) AS role')) as { role: string }[];
});
afterEach(() => database.close());

describe.skipIf(serverUrl === serverOwnerUrl)('with a role for the application', () => {
  it('the owner migrates, and the role gets its rights, once', async () => {
    const { applied } = await prepareDatabase(database);
    expect(applied).not.toEqual([]);
    expect(await mayAppend()).toBe(true);

    const describeRights = () => asOwner('SELECT xmin::text, relname, relacl FROM pg_class WHERE relacl IS NOT NULL');
    const rights = await describeRights();
    expect(await prepareDatabase(database)).toEqual({ applied: [], already: applied });
    expect(await describeRights()).toEqual(rights);
  });

  it('several at once agree', async () => {
    const [first, second] = await Promise.all([prepareDatabase(database), prepareDatabase(database)]);
    expect([...first.applied, ...second.applied]).toEqual(
      await migrate(database.ownerUrl).then(({ already }) => already),
    );
    expect(await mayAppend()).toBe(true);
  });

  it('a database that was migrated by its owner alone is made ready for the role', async () => {
    await migrate(database.ownerUrl);
    await expect(prepareDatabase({ ...database, ownerUrl: database.url })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(
        /^The application's role lacks its rights: .*_prisma_migrations\. Run `upulse db migrate` with DATABASE_OWNER_URL/,
      ),
    });
    await expect(withLogReader(database.url, (log) => log.readEnd())).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      details: { reason: 'this role may not read the log' },
    });
    await prepareDatabase(database);
    expect(await pendingMigrations(database.url)).toEqual([]);
    expect(await withLogReader(database.url, (log) => log.readEnd())).toMatchObject({ size: 0 });
  });

  it('rights that the role does not need are taken back, and those beside the log are left', async () => {
    await prepareDatabase(database);
    await asOwner('CREATE TABLE other (id int)');
    await asOwner(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role}`);
    await asOwner(`GRANT UPDATE (payload) ON event TO ${role}`);
    await asOwner(`GRANT EXECUTE ON FUNCTION pulse_make_partitions(bigint) TO ${role}`);
    await asOwner(`GRANT CREATE ON SCHEMA public TO ${role}`);
    expect(await findHistoryWeakness(database.url)).toBe('may write to the tables');

    await prepareDatabase(database);

    expect(await findHistoryWeakness(database.url)).toBeUndefined();
    const [may] = await asApplication(
      `SELECT has_any_column_privilege('event', 'UPDATE') AS event, has_table_privilege('event_1', 'SELECT') AS partition,
              has_table_privilege('stream', 'UPDATE') AS stream, has_column_privilege('stream', 'lease_epoch', 'UPDATE') AS epoch,
              has_function_privilege('pulse_make_partitions(bigint)', 'EXECUTE') AS make, has_table_privilege('other', 'DELETE') AS other`,
    );
    expect(may).toEqual({ event: false, partition: false, stream: false, epoch: true, make: false, other: true });
  });

  it('without the owner the role works on what is migrated, and says what to do where it is not', async () => {
    const alone = { ...database, ownerUrl: database.url };
    const lacks = {
      code: 'UNAVAILABLE',
      message: expect.stringMatching(
        /^The schema lacks 20\d+_log.*this role may not change it: permission denied.*Run `upulse db migrate` with DATABASE_OWNER_URL/,
      ),
    };
    await expect(prepareDatabase(alone)).rejects.toMatchObject(lacks);

    const { applied } = await prepareDatabase(database);
    expect(await prepareDatabase(alone)).toEqual({ applied: [], already: applied });

    await asOwner(`DELETE FROM _prisma_migrations WHERE migration_name = '${applied.at(-1)}'`);
    await expect(prepareDatabase(alone)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      details: { reason: expect.stringContaining(`The schema lacks ${applied.at(-1)}, and this role`) },
    });
  });

  it('two databases are not taken for one', async () => {
    const other = await createTestDatabase({ empty: true });
    await expect(prepareDatabase({ url: other.url, ownerUrl: database.ownerUrl })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      details: { reason: 'DATABASE_URL and DATABASE_OWNER_URL lead to different schemas' },
    });
    await other.close();
  });

  it('a role of any name will do', async () => {
    const name = `${inject('testServer').prefix} "Pulse"; DROP TABLE event`;
    const quoted = `"${name.replaceAll('"', '""')}"`;
    await asOwner(`CREATE ROLE ${quoted} LOGIN PASSWORD 'secret'`);
    const url = Object.assign(new URL(database.url), { username: name, password: 'secret' }).href;
    try {
      await prepareDatabase({ url, ownerUrl: database.ownerUrl });
      expect(await findHistoryWeakness(url)).toBeUndefined();
      await asOwner(`ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO ${quoted}`);
      await asOwner('SELECT pulse_make_partitions(10000000)');
      expect(await findHistoryWeakness(url)).toBeUndefined();
    } finally {
      await asOwner(`DROP OWNED BY ${quoted}`);
      await asOwner(`DROP ROLE ${quoted}`);
    }
  });

  it('what would let a role change history is named', async () => {
    await prepareDatabase(database);
    expect(await findHistoryWeakness(database.ownerUrl)).toMatch(/^(administers the server|owns the tables)$/);
    await asOwner(`GRANT CREATE ON SCHEMA public TO PUBLIC`);
    expect(await findHistoryWeakness(database.url)).toBe('may put functions into the schema');
    await asOwner(`GRANT INSERT ON event_1 TO PUBLIC`);
    expect(await findHistoryWeakness(database.url)).toBe('may write to the tables');
    await asOwner(`ALTER TABLE refusal OWNER TO ${role}`);
    expect(await findHistoryWeakness(database.url)).toBe('owns the tables');
  });
});
