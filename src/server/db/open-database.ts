import { resolve } from 'node:path';
import pg from 'pg';
import { PulseError } from '#domain/errors.ts';
import { openEmbeddedServer } from './embedded.ts';

const OLDEST_MAJOR_VERSION = 15;
const CONNECT_TIMEOUT_MS = 10_000;

/** A database to work on, held open until it is closed. */
export interface OpenDatabase {
  url: string;
  /** Whether the server is the home's own, which stops when nobody uses it any more. */
  embedded: boolean;
  close(): Promise<void>;
}

/**
 * Opens the database of this process: the server that `DATABASE_URL` names, else the embedded one in `PULSE_HOME`.
 *
 * It is not migrated yet.
 *
 * Errors: UNAVAILABLE when the server can't be reached or is older than PostgreSQL 15, and those of `openEmbeddedServer`.
 * Source: the Contract's environment.
 */
export async function openDatabase({
  env = process.env,
  log,
}: {
  env?: Readonly<Record<string, string | undefined>>;
  log?: (message: string) => void;
} = {}): Promise<OpenDatabase> {
  if (env.DATABASE_URL) {
    await checkServer(env.DATABASE_URL);
    return { url: env.DATABASE_URL, embedded: false, close: async () => {} };
  }
  const { url, close } = await openEmbeddedServer({ home: resolve(env.PULSE_HOME || '.pulse'), log });
  return { url, embedded: true, close };
}

async function checkServer(url: string): Promise<void> {
  const version = await readVersion(url).catch((error: Error) => {
    const reason = `${nameServer(url)} can't be reached: ${error.message || (error as NodeJS.ErrnoException).code}`;
    const advice = 'Check DATABASE_URL, or unset it to use the embedded database.';
    throw new PulseError('UNAVAILABLE', `${reason}. ${advice}`, { reason }, { cause: error });
  });
  if (version.number >= OLDEST_MAJOR_VERSION * 10_000) return;
  const reason = `${nameServer(url)} is PostgreSQL ${version.name}, and Pulse needs ${OLDEST_MAJOR_VERSION} or newer`;
  throw new PulseError('UNAVAILABLE', `${reason}. Upgrade it, or unset DATABASE_URL to use the embedded database.`, {
    reason,
  });
}

async function readVersion(url: string): Promise<{ number: number; name: string }> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ number: number; name: string }>(
      `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name`,
    );
    return rows[0] ?? { number: 0, name: 'of an unknown version' };
  } finally {
    await client.end();
  }
}

/** A URL for people, without its password. */
function nameServer(url: string): string {
  if (!URL.canParse(url)) return 'The server of DATABASE_URL';
  const { host, pathname } = new URL(url);
  return `The database ${host}${pathname}`;
}
