import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openEmbeddedServer } from '#server/db/embedded.ts';
import { locateCluster } from '#server/db/embedded-cluster.ts';
import { prepareDatabase } from '#server/db/prepare-database.ts';
import { runSql, withDatabase } from '../sql.ts';

const exec = promisify(execFile);
const template = 'faults_template';
const retryForMs = 20_000;

/** A PostgreSQL server to be hurt. The embedded server's own watch starts it again after it was killed. */
export interface Postgres {
  /** Makes a migrated database and gives its URL for the application. */
  createDatabase(name: string): Promise<string>;
  dropDatabase(name: string): Promise<void>;
  /** Kills the server, or one of its processes, for which the server restarts itself. */
  kill(what: 'postgres' | 'backend', choice: number): Promise<void>;
  /** Pauses the server with all its processes, or one of them. **Shape** what lets it go on. */
  pause(what: 'postgres' | 'backend', choice: number): Promise<() => void>;
  close(): Promise<void>;
}

export async function startPostgres(home: string): Promise<Postgres> {
  const server = await openEmbeddedServer({ home });
  const { url, ownerUrl } = server;
  const admin = withDatabase(ownerUrl, 'postgres');
  try {
    await runSql(admin, `CREATE DATABASE ${template}`);
    await prepareDatabase({ url: withDatabase(url, template), ownerUrl: withDatabase(ownerUrl, template) });
  } catch (error) {
    await server.close();
    throw error;
  }

  async function readPid(): Promise<number | undefined> {
    const file = await readFile(join(locateCluster(home).data, 'postmaster.pid'), 'utf8').catch(() => '');
    return Number.parseInt(file, 10) || undefined;
  }

  async function findProcesses(what: 'postgres' | 'backend', choice: number): Promise<number[]> {
    const pid = await readPid();
    if (pid === undefined) return []; // It is down just now.
    const children = await listChildren(pid);
    if (what === 'postgres') return [pid, ...children];
    return children.slice(Math.floor(choice * children.length)).slice(0, 1);
  }

  return {
    createDatabase: async (name) => {
      await persist(() => runSql(admin, `CREATE DATABASE ${name} TEMPLATE ${template}`));
      return withDatabase(url, name);
    },
    dropDatabase: (name) => persist(() => runSql(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
    kill: async (what, choice) => {
      // The server's own processes notice that it is gone; until then they may hold back its successor, as in a real crash.
      const [pid] = await findProcesses(what, choice);
      signal(pid, 'SIGKILL');
    },
    pause: async (what, choice) => {
      const pids = await findProcesses(what, choice);
      for (const pid of pids) signal(pid, 'SIGSTOP');
      return () => {
        for (const pid of pids) signal(pid, 'SIGCONT');
      };
    },
    close: () => server.close(),
  };
}

async function listChildren(parent: number): Promise<number[]> {
  const { stdout } = await exec('ps', ['-A', '-o', 'pid=,ppid=']);
  return stdout.split('\n').flatMap((line) => {
    const [pid = 0, ppid] = line.trim().split(/\s+/).map(Number);
    return ppid === parent ? pid : [];
  });
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, name);
  } catch {
    // It has ended.
  }
}

/** The server may still be coming up from the last fault. */
async function persist(work: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + retryForMs;
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
