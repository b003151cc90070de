import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { ana, appendOne, newKey } from '#test/pulse.ts';
import { runSql } from '#test/sql.ts';
import { listAdapters } from '../adapters/list-adapters.ts';
import { registerAdapter } from '../adapters/register-adapter.ts';
import { unregisterAdapter } from '../adapters/unregister-adapter.ts';
import { claimWorkflows } from '../leases/claim-workflows.ts';
import { findNextClaim } from '../leases/find-next-claim.ts';
import { releaseLease } from '../leases/release-lease.ts';
import { renewLeases } from '../leases/renew-leases.ts';
import { toStatement } from '../log/commit.ts';
import { zeroHash } from '../log/hash.ts';
import { pruneCommands } from '../log/prune-commands.ts';
import { openPulse, type Pulse } from '../pulse.ts';
import { findReadinessProblem } from '../readiness.ts';
import { getTimeline } from '../workflows/timeline.ts';
import { findHistoryWeakness } from './find-history-weakness.ts';
import { withConnection } from './with-connection.ts';

let database: TestDatabase;
let pulse: Pulse;
let role: string;

const asApplication = (sql: string) => runSql(database.url, sql);
const asOwner = (sql: string) => runSql(database.ownerUrl, sql);
const forged = {
  key: 'forged',
  sequence: 1,
  kind: 'note.added',
  payload: {},
  actor: ana,
  occurredAt: new Date().toISOString(),
  hash: zeroHash,
};
const refused = { code: '42501' };

beforeAll(async () => {
  database = await createTestDatabase();
  pulse = await openPulse({ url: database.url });
  role = (await asApplication('SELECT quote_ident(current_user) AS role'))[0]?.role;
  await appendOne(pulse, 'before', 'meta.__start__');
  await pulse.append({ key: 'before', events: [{ kind: 'meta.__start__', payload: {} }], actor: ana }).catch(() => {});
  // Recipes for ordinary applications say so; it must not reach the partitions to come.
  await asOwner(`ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO ${role}`);
  await asOwner('ALTER DEFAULT PRIVILEGES GRANT INSERT ON TABLES TO PUBLIC');
  await asOwner('SELECT pulse_make_partitions(10000000)');
});
afterAll(async () => {
  await pulse.close();
  await database.close();
});

const findPartitions = async () =>
  (await asOwner(`SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'event'::regclass`)).map(
    ({ name }): string => name,
  );

describe.skipIf(inject('testServer').url === inject('testServer').ownerUrl)('the application can not', () => {
  const history = ['event', 'event_1', 'the newest partition', 'refusal'];

  it.each(history)('change history in %s, nor what defends it', async (name) => {
    const partitions = await findPartitions();
    expect(partitions).toHaveLength(2);
    const table = name === 'the newest partition' ? partitions.at(-1) : name;
    const attempts = [
      `INSERT INTO ${table} SELECT * FROM ${table}`,
      `UPDATE ${table} SET key = 'x'`,
      `DELETE FROM ${table}`,
      `TRUNCATE ${table}`,
      `SELECT FROM ${table} FOR UPDATE`,
      `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
      `ALTER TABLE ${table} ADD COLUMN more TEXT`,
      `DROP TABLE ${table} CASCADE`,
      `CREATE TRIGGER more BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
      `CREATE RULE more AS ON INSERT TO ${table} DO INSTEAD NOTHING`,
    ];
    for (const sql of attempts) {
      await expect(asApplication(sql), sql).rejects.toMatchObject(refused);
    }
    expect(await findHistoryWeakness(database.url)).toBeUndefined();
  });

  it('detach a partition', async () => {
    await expect(asApplication('ALTER TABLE event DETACH PARTITION event_1')).rejects.toMatchObject(refused);
  });

  it('stop triggers, or become someone who may', async () => {
    await expect(asApplication('SET session_replication_role = replica')).rejects.toMatchObject(refused);
    const [{ owner } = { owner: '' }] = await asOwner('SELECT quote_ident(current_user) AS owner');
    await expect(asApplication(`SET ROLE ${owner}`)).rejects.toMatchObject(refused);
  });

  it.each([
    'UPDATE log_head SET position = 0',
    'DELETE FROM log_head',
    'DELETE FROM stream',
    'UPDATE stream SET sequence = 0',
    `UPDATE stream SET guard_states = '{}'`,
    `INSERT INTO stream (key, sequence, guard_states, hash) VALUES ('x', 1, '{}', '')`,
    `UPDATE workflow SET status = 'active'`,
    'DELETE FROM workflow',
    'DELETE FROM guard',
    `INSERT INTO guard VALUES ('x', '{}')`,
    'UPDATE command SET result = NULL',
    `INSERT INTO command VALUES ('x', '{}', now())`,
    `UPDATE _prisma_migrations SET checksum = ''`,
  ])('%s', async (sql) => {
    await expect(asApplication(sql)).rejects.toMatchObject(refused);
  });

  it.each([
    'CREATE TABLE log_head_2 (id int)',
    `CREATE FUNCTION format(text, text) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$`,
    'CREATE SCHEMA more',
    `CREATE OR REPLACE FUNCTION pulse_append(batch jsonb) RETURNS jsonb LANGUAGE sql AS 'SELECT batch'`,
    'ALTER FUNCTION pulse_append SECURITY INVOKER',
    'SELECT pulse_make_partitions(10000000)',
    `SELECT pulse_attach_partition('event_1', 1, 2)`,
  ])('%s', async (sql) => {
    await expect(asApplication(sql)).rejects.toMatchObject(refused);
  });

  it('lead an append elsewhere, by tables of its own and a search path', async () => {
    const { position } = await pulse.head();
    const plan = { decisions: [{ type: 'accepted' as const, events: [forged], workflow: null }], after: new Map() };
    const requests = [{ key: forged.key, events: [forged], actor: ana }];
    const { text, values } = toStatement(newKey(), { requests, guardsHash: zeroHash, before: new Map(), plan });
    await withConnection(database.url, async (client) => {
      for (const table of ['log_head', 'event', 'stream', 'command'])
        await client.query(`CREATE TEMPORARY TABLE ${table} AS SELECT * FROM public.${table} LIMIT 1`);
      await client.query(`CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'`);
      await client.query('SET search_path = pg_temp, public, pg_catalog');
      await client.query(text.replace('pulse_append', 'public.pulse_append'), values);
      expect((await client.query('SELECT position FROM log_head')).rows).toEqual([{ position: String(position) }]);
    });
    const [head] = await asOwner('SELECT position, hash FROM log_head');
    expect(head).toEqual({ position: String(position + 1), hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });
});

describe('the application can', () => {
  it('append, and read the log to its end', async () => {
    const [key, commandId] = [newKey(), newKey()];
    await appendOne(pulse, key, 'meta.__start__');
    const append = () => pulse.append({ key, events: [{ kind: 'note.added', payload: {} }], actor: ana, commandId });
    expect(await append()).toEqual(await append());
    await expect(appendOne(pulse, key, 'meta.__start__')).rejects.toMatchObject({ code: 'GUARD_REJECTED' });
    const { entries } = await getTimeline(pulse, { key, limit: 10, order: 'asc' });
    expect(entries.map(({ type }) => type)).toEqual(['event', 'event', 'refusal']);
  });

  it('work as an adapter', async () => {
    const key = newKey();
    await appendOne(pulse, key, 'meta.__start__');
    const adapter = {
      id: 'a1',
      host: 'h',
      pid: 1,
      version: '1',
      capacity: 1,
      definitions: ['meta'],
      allowsCommands: false,
    };
    for (let beat = 0; beat < 2; beat += 1) await registerAdapter(pulse, adapter);
    expect(await listAdapters(pulse)).toHaveLength(1);

    const claim = { adapterId: 'a1', names: ['meta'], limit: 100, ttlMs: 60_000 };
    expect(await claimWorkflows(pulse, { ...claim, ttlMs: 0 })).toContainEqual({ key, name: 'meta', epoch: 1 });
    expect(await claimWorkflows(pulse, claim)).toContainEqual({ key, name: 'meta', epoch: 2 });
    expect((await findNextClaim(pulse, { names: ['meta'] })).inMs).toBeGreaterThan(0);
    const held = { adapterId: 'a1', keys: [key], ttlMs: 60_000 };
    expect(await renewLeases(pulse, held)).toEqual([{ key, epoch: 2, isCurrent: true }]);
    expect(await releaseLease(pulse, { key, adapterId: 'a1', epoch: 2 })).toBe(true);
    await unregisterAdapter(pulse, 'a1');
    expect(await listAdapters(pulse)).toEqual([]);
  });

  it('forget old commands', async () => {
    await appendOne(pulse, newKey(), 'note.added');
    await asOwner(`UPDATE command SET expires_at = now() - interval '1 day'`);
    await pruneCommands(pulse.prisma);
    expect(await pulse.prisma.command.count()).toBe(0);
  });

  it('tell whether it is ready', async () => {
    expect(await findReadinessProblem(async () => pulse)).toBeUndefined();
  });

  it('read every table', async () => {
    const [forgotten] = await asApplication(
      `SELECT array_agg(relname) AS tables FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
         AND NOT has_table_privilege(oid, 'SELECT')`,
    );
    expect(forgotten).toEqual({ tables: null });
  });
});

it('whatever acts as its owner looks in one schema only, and is not for everybody', async () => {
  const functions = await asOwner(
    `SELECT proname AS name, array_to_string(proconfig, ' ') AS config, has_function_privilege('public', oid, 'EXECUTE') AS public
     FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef ORDER BY proname`,
  );
  const config = 'search_path=public, pg_temp';
  expect(functions).toEqual([
    { name: 'pulse_append', config, public: false },
    { name: 'pulse_make_partitions', config, public: false },
  ]);
});
