import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { OutputStream } from '#domain/output.ts';
import type { RoleContext } from '#domain/role.ts';
import { type FromThread, packError, type ThreadStart, type ToThread, unpackError } from './messages.ts';

/** A function that runs in a thread of its own. */
export interface Isolated {
  /** What it returned, as it can be stored. Rejects with what it threw, or when its thread ended before. */
  result: Promise<unknown>;
  /** Ends the thread, whatever it is doing. **Shape** whether it is gone: a thread that is stuck in the kernel stays. */
  terminate(): Promise<boolean>;
}

const threadUrl = new URL('./thread.js', import.meta.url);
const terminateMs = 1_000;

/**
 * Runs an exported function in a thread of its own; `environment` is added to what programs that it starts inherit. What the
 * thread prints is the round's output.
 */
export function runIsolated(
  { module, name }: { module: string; name: string },
  context: RoleContext<unknown>,
  environment: Record<string, string>,
  print: (stream: OutputStream, bytes: Buffer) => void,
): Isolated {
  const { signal, log: _, ...rest } = context;
  const functions = Object.entries(rest).filter(([, member]) => typeof member === 'function');
  const copied = Object.entries(rest).filter(([, member]) => typeof member !== 'function');
  const workerData: ThreadStart = {
    module,
    name,
    context: Object.fromEntries(copied),
    functions: functions.map(([member]) => member),
  };
  const env = { ...process.env, ...environment };
  let worker: Worker;
  try {
    worker = new Worker(threadUrl, {
      workerData,
      env,
      execArgv: [],
      name: `role ${context.role}`,
      stdout: true,
      stderr: true,
    });
  } catch (error) {
    return { result: Promise.reject(error), terminate: async () => true }; // Its input cannot be copied.
  }
  for (const stream of ['stdout', 'stderr'] as const)
    worker[stream].on('data', (bytes: Buffer) => print(stream, bytes));
  const post = (message: ToThread) => worker.postMessage(message);
  const onAbort = () => post({ type: 'abort', reason: packError(signal.reason) });

  async function answer({ call, name: called, args }: FromThread & { type: 'call' }): Promise<void> {
    try {
      const work = Object.fromEntries(functions)[called] as (...args: unknown[]) => Promise<unknown>;
      post({ type: 'answer', call, value: await work(...args) });
    } catch (error) {
      post({ type: 'answer', call, error: packError(error) });
    }
  }

  const result = new Promise<unknown>((resolve, reject) => {
    worker.on('message', (message: FromThread) => {
      if (message.type === 'returned') resolve(message.output);
      else if (message.type === 'threw') reject(unpackError(message.error));
      else void answer(message);
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`its thread ended with exit code ${code} before it returned`)));
  });
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();

  return {
    result,
    terminate: async () => {
      signal.removeEventListener('abort', onAbort);
      const isGone = worker.terminate().then(() => true);
      return Promise.race([isGone, sleep(terminateMs, false, { ref: false })]);
    },
  };
}
