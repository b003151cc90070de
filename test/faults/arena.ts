import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Postgres, startPostgres } from './postgres.ts';

/** What the seeds of one command share: a PostgreSQL server, and a directory for what the processes print. */
export interface Arena {
  postgres: Postgres;
  logs: string;
  /** Stops the server; leaves the output where a seed has failed. */
  close(options: { keepLogs: boolean }): Promise<void>;
}

/** The server's home is named as those of the integration tests, which remove what killed runs have left. */
export async function openArena(): Promise<Arena> {
  const home = await mkdtemp(join(tmpdir(), `pulse-test-${process.pid}-`));
  const logs = await mkdtemp(join(tmpdir(), 'pulse-faults-'));
  const postgres = await startPostgres(home);
  return {
    postgres,
    logs,
    close: async ({ keepLogs }) => {
      await postgres.close();
      await rm(home, { recursive: true, force: true });
      if (!keepLogs) await rm(logs, { recursive: true, force: true });
    },
  };
}
