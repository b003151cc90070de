import { randomBytes } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '#server/db/open-database.ts';
import { prepareDatabase } from '#server/db/prepare-database.ts';
import { withConnection } from '#server/db/with-connection.ts';

/** A migrated database that nobody else uses. */
export interface TestDatabase {
  url: string;
  /** Drops it. */
  close(): Promise<void>;
}

/**
 * Makes a database on the server that `DATABASE_URL` names, or else on an embedded one that the tests of this user share.
 *
 * **Errors** `UNAVAILABLE` when there is no server, or its user may not make databases.
 */
export async function openTestDatabase(): Promise<TestDatabase> {
  const { DATABASE_URL, DATABASE_OWNER_URL } = process.env;
  const home = join(tmpdir(), `pulse-testing-${userInfo().username}`);
  const server = await openDatabase({ env: { DATABASE_URL, DATABASE_OWNER_URL, PULSE_HOME: home } });
  const name = `pulse_test_${randomBytes(6).toString('hex')}`;
  const run = (sql: string) => withConnection(server.ownerUrl, (client) => client.query(sql));
  try {
    await run(`CREATE DATABASE "${name}"`);
    const url = withDatabase(server.url, name);
    await prepareDatabase({ url, ownerUrl: withDatabase(server.ownerUrl, name) });
    return {
      url,
      close: async () => {
        await run(`DROP DATABASE "${name}" WITH (FORCE)`);
        await server.close();
      },
    };
  } catch (error) {
    await run(`DROP DATABASE IF EXISTS "${name}"`).catch(() => {});
    await server.close();
    throw error;
  }
}

function withDatabase(url: string, name: string): string {
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}
