import { format } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import type { RoleContext } from '#domain/role.ts';
import { toOutput } from '../output.ts';
import { type FromThread, packError, type ThreadStart, type ToThread, unpackError } from './messages.ts';

/** Runs a role's function in this thread and tells the adapter's what came of it. */
export async function runThread(): Promise<void> {
  const start = workerData as ThreadStart;
  try {
    const run = await importFunction(start);
    const output = toOutput(await run(makeContext(start)));
    await printAll();
    post({ type: 'returned', output });
  } catch (error) {
    await printAll();
    post({ type: 'threw', error: packError(error) });
  }
}

/** What waits to be printed is lost when the thread ends. */
async function printAll(): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
}

async function importFunction({ module, name }: ThreadStart): Promise<(context: RoleContext<unknown>) => unknown> {
  const exported: unknown = (await import(module))[name];
  if (typeof exported === 'function') return exported as (context: RoleContext<unknown>) => unknown;
  throw new Error(`${module} exports no function named ${name}, which an isolated role is`);
}

/** The role's context: what could be copied, and functions that are called over there. */
function makeContext({ context, functions }: ThreadStart): RoleContext<unknown> {
  const controller = new AbortController();
  const calls = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastCall = 0;

  const callOver =
    (name: string) =>
    (...args: unknown[]) =>
      new Promise((resolve, reject) => {
        lastCall += 1;
        calls.set(lastCall, { resolve, reject });
        post({ type: 'call', call: lastCall, name, args });
      });

  parentPort?.on('message', (message: ToThread) => {
    if (message.type === 'abort') return controller.abort(unpackError(message.reason));
    const call = calls.get(message.call);
    calls.delete(message.call);
    if ('error' in message) call?.reject(unpackError(message.error));
    else call?.resolve(message.value);
  });
  const proxies = Object.fromEntries(functions.map((name) => [name, callOver(name)]));
  return { ...context, ...proxies, log, signal: controller.signal } as unknown as RoleContext<unknown>;
}

/** A thread that never lets go cannot hand over what it prints: it keeps no more of it than this. */
const maxUnprintedBytes = 1024 * 1024;

function log(...values: unknown[]): void {
  if (process.stdout.writableLength < maxUnprintedBytes) process.stdout.write(`${format(...values)}\n`);
}

function post(message: FromThread): void {
  parentPort?.postMessage(message);
}
