import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Actor } from '../src/domain/actor.ts';
import { openPulse } from '../src/server/pulse.ts';
import { abortWorkflow } from '../src/server/workflows/abort.ts';
import { openDbosClient } from './dbos.ts';
import type { FromEngine, ToEngine } from './engine-messages.ts';

/** A system that runs workflows in a process of its own, and is told from here to abort them. */
export interface Engine {
  name: string;
  send(message: ToEngine): void;
  /** Waits for a message of a type, about a workflow where a key is given. */
  expect<T extends FromEngine['type']>(type: T, key?: string): Promise<Extract<FromEngine, { type: T }>>;
  abort(key: string): Promise<unknown>;
  close(): Promise<void>;
}

const actor: Actor = { type: 'system', id: 'bench', name: 'bench', via: 'api' };

export async function openPulseEngine(url: string): Promise<Engine> {
  const home = await mkdtemp(join(tmpdir(), 'pulse-bench-'));
  const child = await launch('./pulse-engine.ts', { DATABASE_URL: url, PULSE_HOME: home });
  const pulse = await openPulse({ url });
  return {
    ...talkTo(child),
    name: 'Pulse',
    abort: (key) => abortWorkflow(pulse, { key, reason: 'measured' }, actor),
    close: async () => {
      await end(child);
      await pulse.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** DBOS makes its tables in a database of its own on the same server. */
export async function openDbosEngine(ownerUrl: string): Promise<Engine> {
  const name = `dbos_bench_${process.pid}`;
  await runSql(ownerUrl, `CREATE DATABASE ${name}`);
  const url = Object.assign(new URL(ownerUrl), { pathname: `/${name}` }).href;
  const child = await launch('./dbos-engine.ts', { DBOS_DATABASE_URL: url });
  const client = await openDbosClient(url);
  return {
    ...talkTo(child),
    name: 'DBOS',
    abort: (key) => client.cancelWorkflow(key),
    close: async () => {
      await end(child);
      await client.destroy();
      await runSql(ownerUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function launch(program: string, env: Record<string, string>): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), { env: { ...process.env, ...env } });
  child.setMaxListeners(0);
  await talkTo(child).expect('ready');
  return child;
}

function talkTo(child: ChildProcess): Pick<Engine, 'send' | 'expect'> {
  return {
    send: (message) => void child.send(message),
    expect: (type, key) =>
      new Promise((resolve, reject) => {
        const onExit = () => reject(new Error(`the process has ended before ${type}`));
        const onMessage = (message: FromEngine) => {
          if (message.type !== type || (key !== undefined && 'key' in message && message.key !== key)) return;
          child.off('message', onMessage);
          child.off('exit', onExit);
          resolve(message as Extract<FromEngine, { type: typeof type }>);
        };
        child.on('message', onMessage);
        child.once('exit', onExit);
      }),
  };
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
}

async function runSql(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
