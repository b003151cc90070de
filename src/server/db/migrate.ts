import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { PulseError } from '#domain/errors.ts';
import { type Migration, planMigrations, type RecordedMigration, readMigrations } from './migrate-history.ts';

/** The migrations that this Pulse ships. */
const SHIPPED = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'prisma', 'migrations');

/** The lock that `prisma migrate deploy` takes too. */
const PRISMA_LOCK = 72_707_369;
const LOCK_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 10_000;

const HISTORY_TABLE = `
CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
)`;

/**
 * Brings a database up to date, each migration in a transaction of its own, recorded as `prisma migrate deploy` does.
 *
 * Several processes may do so at once: an advisory lock lets one work, and the others find it done.
 *
 * Shape: the names it applied and those that were there already, in order.
 * Errors: UNAVAILABLE when the database can't be reached or its history has parted from the folder's, before
 * anything is written; or when a migration fails, which is rolled back wholly with the earlier ones kept.
 */
export async function migrate(
  url: string,
  { dir = SHIPPED }: { dir?: string } = {},
): Promise<{ applied: string[]; already: string[] }> {
  const folder = await readMigrations(dir);
  return withClient(url, async (client) => {
    await takeLock(client);
    const { pending, already } = planMigrations(folder, await readHistory(client));
    if (pending.length > 0) await client.query(HISTORY_TABLE);
    for (const migration of pending) await apply(client, migration);
    return { applied: pending.map(({ name }) => name), already };
  });
}

/**
 * Names the migrations that a database lacks, in order; none when its schema is current. Takes no lock.
 *
 * Errors: UNAVAILABLE as in {@link migrate}.
 */
export async function pendingMigrations(url: string, { dir = SHIPPED }: { dir?: string } = {}): Promise<string[]> {
  const folder = await readMigrations(dir);
  return withClient(url, async (client) =>
    planMigrations(folder, await readHistory(client)).pending.map(({ name }) => name),
  );
}

/** Held until the connection ends. */
async function takeLock(client: pg.Client): Promise<void> {
  await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
  await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK]).catch((cause: Error) => {
    throw unavailable('Another process has been migrating this database for a minute', 'Try again later.', cause);
  });
  await client.query('RESET lock_timeout');
}

/** Migrations that were rolled back are only a record: they may be applied again. */
async function readHistory(client: pg.Client): Promise<RecordedMigration[]> {
  const { rows: tables } = await client.query<{ made: boolean }>(
    `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS made`,
  );
  if (!tables[0]?.made) return [];
  const { rows } = await client.query<RecordedMigration>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at, migration_name`,
  );
  return rows;
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => {});
    const advice = 'Nothing of it was kept.';
    throw unavailable(`The migration ${name} failed: ${(cause as Error).message}`, advice, cause);
  }
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => {});
  try {
    await client.connect().catch((cause: Error) => {
      throw unavailable(`The database can't be reached: ${cause.message}`, 'Check that it runs.', cause);
    });
    return await work(client);
  } finally {
    await client.end();
  }
}

function unavailable(reason: string, advice: string, cause: unknown): PulseError {
  return new PulseError('UNAVAILABLE', `${reason}. ${advice}`, { reason }, { cause });
}
