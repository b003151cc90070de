import { resolve } from 'node:path';
import { PulseError } from '#domain/errors.ts';
import { openEmbeddedServer } from './embedded.ts';
import { hearsNotifications } from './hear-notifications.ts';
import { withConnection } from './with-connection.ts';

const OLDEST_MAJOR_VERSION = 15;

/** A database to work on, held open until it is closed. */
export interface OpenDatabase {
  /** As the application. */
  url: string;
  /** As the application too, without a pooler in between: for LISTEN. The same as `url` where that is direct. */
  directUrl: string;
  /** As the owner of the schema, who migrates; the same where there is one role only. */
  ownerUrl: string;
  /** Whether the server is the home's own, which stops when nobody uses it any more. */
  embedded: boolean;
  close(): Promise<void>;
}

/**
 * Opens the database of this process: the server that `DATABASE_URL` names, else the embedded one in `PULSE_HOME`.
 * `DATABASE_OWNER_URL` names the same database as its owner, `DATABASE_DIRECT_URL` without the pooler of `DATABASE_URL`.
 *
 * It is not migrated yet.
 *
 * Errors: UNAVAILABLE when one of the others is set without `DATABASE_URL`, the server can't be reached or is older than
 * PostgreSQL 15, notifications of commits would not arrive, and those of `openEmbeddedServer`.
 * Source: the Contract's environment.
 */
export async function openDatabase({
  env = process.env,
  log,
}: {
  env?: Readonly<Record<string, string | undefined>>;
  log?: (message: string) => void;
} = {}): Promise<OpenDatabase> {
  const { DATABASE_URL: url, DATABASE_DIRECT_URL, DATABASE_OWNER_URL } = env;
  if (url) {
    const directUrl = DATABASE_DIRECT_URL || url;
    await checkServer(url);
    await checkNotifications(url, directUrl);
    return { url, directUrl, ownerUrl: DATABASE_OWNER_URL || directUrl, embedded: false, close: async () => {} };
  }
  const lonely = ['DATABASE_OWNER_URL', 'DATABASE_DIRECT_URL'].find((name) => env[name]);
  if (lonely) {
    const reason = `${lonely} is set, and DATABASE_URL is not`;
    throw new PulseError('UNAVAILABLE', `${reason}. Set it to the URL that the application uses.`, { reason });
  }
  const server = await openEmbeddedServer({ home: resolve(env.PULSE_HOME || '.pulse'), log });
  return { ...server, directUrl: server.url, embedded: true };
}

async function checkServer(url: string): Promise<void> {
  const version = await readVersion(url).catch((error: Error) => {
    throw unreachable(url, error, 'Check DATABASE_URL, or unset it to use the embedded database.');
  });
  if (version.number >= OLDEST_MAJOR_VERSION * 10_000) return;
  const reason = `${nameServer(url)} is PostgreSQL ${version.name}, and Pulse needs ${OLDEST_MAJOR_VERSION} or newer`;
  throw new PulseError('UNAVAILABLE', `${reason}. Upgrade it, or unset DATABASE_URL to use the embedded database.`, {
    reason,
  });
}

/** Without them a change would be seen seconds later, and an abort would stop a role as late. */
async function checkNotifications(url: string, directUrl: string): Promise<void> {
  const heard = await hearsNotifications(directUrl, url).catch((error: Error) => {
    throw unreachable(directUrl, error, 'Check DATABASE_DIRECT_URL.');
  });
  if (heard) return;
  const [reason, advice] =
    directUrl === url
      ? [
          'DATABASE_URL leads through a pooler in transaction mode, where notifications of commits do not arrive',
          'Set DATABASE_DIRECT_URL to the URL of the PostgreSQL server itself, for LISTEN and migrations; DATABASE_URL may stay.',
        ]
      : [
          'What DATABASE_URL commits is not heard on DATABASE_DIRECT_URL',
          'Both must lead to the same database of the same server, the latter without a pooler in transaction mode.',
        ];
  throw new PulseError('UNAVAILABLE', `${reason}. ${advice}`, { reason });
}

function unreachable(url: string, cause: Error, advice: string): PulseError {
  const reason = `${nameServer(url)} can't be reached: ${cause.message || (cause as NodeJS.ErrnoException).code}`;
  return new PulseError('UNAVAILABLE', `${reason}. ${advice}`, { reason }, { cause });
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
