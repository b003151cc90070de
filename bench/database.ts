import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../src/server/db/migrate.ts';
import { openDatabase } from '../src/server/db/open-database.ts';

/** Opens a migrated database of its own, on `DATABASE_URL` where it is set (an empty database!), and removes it after. */
export async function withDatabase<T>(run: (url: string) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'pulse-bench-'));
  const database = await openDatabase({ env: { ...process.env, PULSE_HOME: home } });
  try {
    await migrate(database.url);
    return await run(database.url);
  } finally {
    await database.close();
    await rm(home, { recursive: true, force: true });
  }
}
