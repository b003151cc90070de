import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** A server as `upulse up` runs it, in a process of its own. */
export interface ServerProcess {
  url: string;
  /** What its clients sign in with. */
  token: string;
  /** The resident memory in MiB, once the process has had time to tidy up. */
  readMemory(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts `upulse up --no-adapter` on a database, on a free port. */
export async function startServerProcess(databaseUrl: string, home: string, token: string): Promise<ServerProcess> {
  const child = fork(fileURLToPath(new URL('../bin/upulse.js', import.meta.url)), ['up', '--no-adapter'], {
    env: { ...process.env, DATABASE_URL: databaseUrl, PULSE_HOME: home, HOST: '127.0.0.1', PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  return {
    url: await readUrl(child),
    token,
    readMemory: async () => {
      await sleep(2_000);
      const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(child.pid)]);
      return Math.round(Number(stdout) / 1_024);
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function readUrl(child: ChildProcess): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      output += chunk;
      const url = /^Pulse is ready: (\S+)$/m.exec(output)?.[1];
      if (url) resolve(url);
    });
    child.once('exit', () => reject(new Error(`The server ended before it was ready:\n${output}`)));
  });
}
