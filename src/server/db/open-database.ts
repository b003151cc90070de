import { resolve } from 'node:path';
import { PulseError } from '#domain/errors.ts';
import { openEmbeddedServer } from './embedded.ts';
import { withConnection } from './with-connection.ts';

const OLDEST_MAJOR_VERSION = 15;

/** A database to work on, held open until it is closed. */
export interface OpenDatabase {
  /** As the application. */
  url: string;
  /** As the owner of the schema, who migrates; the same where there is one role only. */
  ownerUrl: string;
  /** Whether the server is the home's own, which stops when nobody uses it any more. */
  embedded: boolean;
  close(): Promise<void>;
}

/**
 * Opens the database of this process: the server that `DATABASE_URL` names, else the embedded one in `PULSE_HOME`.
 * `DATABASE_OWNER_URL` names the same database as its owner.
 *
 * It is not migrated yet.
 *
 * Errors: UNAVAILABLE when only the owner's URL is set, the server can't be reached or is older than PostgreSQL 15, and those of `openEmbeddedServer`.
 * Source: the Contract's environment.
 */
export async function openDatabase({
  env = process.env,
  log,
}: {
  env?: Readonly<Record<string, string | undefined>>;
  log?: (message: string) => void;
} = {}): Promise<OpenDatabase> {
  const { DATABASE_URL: url, DATABASE_OWNER_URL: ownerUrl } = env;
  if (url) {
    await checkServer(url);
    return { url, ownerUrl: ownerUrl || url, embedded: false, close: async () => {} };
  }
  if (ownerUrl) {
    const reason = 'DATABASE_OWNER_URL is set, and DATABASE_URL is not';
    throw new PulseError('UNAVAILABLE', `${reason}. Set it to the URL that the application uses.`, { reason });
  }
  const server = await openEmbeddedServer({ home: resolve(env.PULSE_HOME || '.pulse'), log });
  return { ...server, embedded: true };
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
  const { rows } = await withConnection(url, (client) =>
    client.query<{ number: number; name: string }>(
      `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name`,
    ),
  );
  return rows[0] ?? { number: 0, name: 'of an unknown version' };
}

/** A URL for people, without its password. */
function nameServer(url: string): string {
  if (!URL.canParse(url)) return 'The server of DATABASE_URL';
  const { host, pathname } = new URL(url);
  return `The database ${host}${pathname}`;
}
