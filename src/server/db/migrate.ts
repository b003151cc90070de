import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { PulseError } from '#domain/errors.ts';
import { grantRights } from './grants.ts';
import { type Migration, planMigrations, type RecordedMigration, readMigrations } from './migrate-history.ts';
import { withConnection } from './with-connection.ts';

/** The migrations that this Pulse ships. */
const SHIPPED = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'prisma', 'migrations');

/** The lock that `prisma migrate deploy` takes too. */
const PRISMA_LOCK = 72_707_369;
const LOCK_TIMEOUT_MS = 60_000;
/** The SQLSTATEs of a right that is lacking, and of a schema that the role does not see. */
const DENIED = /^(42501|3F000)$/;
const OWNER_ADVICE = "Run `upulse db migrate` with DATABASE_OWNER_URL set to the URL of the schema's owner.";

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

/** The names of the migrations that were applied, and of those that were there already, in order. */
export interface Migrated {
  applied: string[];
  already: string[];
}

/**
 * Brings a database up to date, each migration in a transaction of its own, recorded as `prisma migrate deploy` does.
 *
 * `applicationRole`, where it is another than the caller's, has its rights brought up to date after that. Several
 * processes may do all this at once: an advisory lock lets one work, and the others find it done.
 *
 * Errors: UNAVAILABLE when the database can't be reached, its history has parted from the folder's or the caller's role
 * may not migrate, before anything is written; or when a migration fails, which is rolled back wholly with the earlier
 * ones kept.
 */
export async function migrate(
  url: string,
  { dir = SHIPPED, applicationRole }: { dir?: string; applicationRole?: string } = {},
): Promise<Migrated> {
  const folder = await readMigrations(dir);
  return withDatabase(url, async (client) => {
    await takeLock(client);
    const { pending, already } = planMigrations(folder, await readHistory(client));
    if (pending.length > 0) await makeHistoryTable(client, pending);
    for (const migration of pending) await apply(client, migration);
    if (applicationRole && applicationRole !== (await readRole(client))) await grantRights(client, applicationRole);
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
  return withDatabase(url, async (client) =>
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
  const reading = client.query<RecordedMigration>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at, migration_name`,
  );
  const { rows } = await reading.catch((cause: pg.DatabaseError) => {
    throw isDenied(cause)
      ? unavailable(`The application's role lacks its rights: ${cause.message}`, OWNER_ADVICE, cause)
      : cause;
  });
  return rows;
}

/** Needs the right to create, whether it is there or not: who lacks it learns so before anything is written. */
async function makeHistoryTable(client: pg.Client, pending: Migration[]): Promise<void> {
  await client.query(HISTORY_TABLE).catch((cause: pg.DatabaseError) => {
    if (!isDenied(cause)) throw cause;
    const lacks = `The schema lacks ${pending.map(({ name }) => name).join(', ')}`;
    throw unavailable(`${lacks}, and this role may not change it: ${cause.message}`, OWNER_ADVICE, cause);
  });
}

function isDenied({ code = '' }: pg.DatabaseError): boolean {
  return DENIED.test(code);
}

async function readRole(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ role: string }>('SELECT current_user AS role');
  return rows[0]?.role;
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

function withDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  return withConnection(url, work, (cause) =>
    unavailable(`The database can't be reached: ${cause.message}`, 'Check that it runs.', cause),
  );
}

function unavailable(reason: string, advice: string, cause: unknown): PulseError {
  return new PulseError('UNAVAILABLE', `${reason}. ${advice}`, { reason }, { cause });
}
