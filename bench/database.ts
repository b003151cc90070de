import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../src/server/db/open-database.ts';
import { prepareDatabase } from '../src/server/db/prepare-database.ts';

/**
 * Opens a migrated database of its own, on `DATABASE_URL` where it is set (an empty database!), and removes it after.
 * `url` is the application's; `ownerUrl` is for tables that are measured beside it.
 */
export async function withDatabase<T>(run: (url: string, ownerUrl: string) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'pulse-bench-'));
  const database = await openDatabase({ env: { ...process.env, PULSE_HOME: home } });
  try {
    await prepareDatabase(database);
    return await run(database.url, database.ownerUrl);
  } finally {
    await database.close();
    await rm(home, { recursive: true, force: true });
  }
}
