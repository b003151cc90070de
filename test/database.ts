import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { runSql, withDatabase } from './sql.ts';

/** A server notices that a client has left a moment after the client knows. */
const LEAVE_TIMEOUT_MS = 2_000;

/** A database of one test file. */
export interface TestDatabase {
  /** As the application, which may not change history. */
  url: string;
  /** As the owner: the server's superuser, where it is the embedded one. */
  ownerUrl: string;
  /** Drops it. Fails when connections to it are still open: a pool or a listener has leaked. */
  close(): Promise<void>;
}

/** Makes a database for a test file: migrated, as a clone of the run's template, or empty. */
export async function createTestDatabase({ empty = false }: { empty?: boolean } = {}): Promise<TestDatabase> {
  const server = inject('testServer');
  const name = `${server.prefix}_${randomBytes(6).toString('hex')}`;
  await runSql(server.ownerUrl, `CREATE DATABASE "${name}" TEMPLATE "${empty ? 'template0' : server.template}"`);
  return {
    url: withDatabase(server.url, name),
    ownerUrl: withDatabase(server.ownerUrl, name),
    close: async () => {
      const open = await findOpenConnections(server.ownerUrl, name);
      await runSql(server.ownerUrl, `DROP DATABASE "${name}" WITH (FORCE)`);
      if (open.length === 0) return;
      throw new Error(`Connections to the test database are still open:\n${open.join('\n')}`);
    },
  };
}

async function findOpenConnections(serverUrl: string, name: string): Promise<string[]> {
  const deadline = Date.now() + LEAVE_TIMEOUT_MS;
  for (;;) {
    const rows = await runSql(
      serverUrl,
      `SELECT concat_ws(', ', pid, nullif(application_name, ''), state, left(query, 200)) AS connection
       FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend' ORDER BY pid`,
      [name],
    );
    if (rows.length === 0 || Date.now() > deadline) return rows.map(({ connection }) => connection);
    await sleep(20);
  }
}
