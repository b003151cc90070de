import { resolve } from 'node:path';
import { startAdapter } from '#adapter/start-adapter.ts';
import { openDatabase } from '#server/db/open-database.ts';
import { prepareDatabase } from '#server/db/prepare-database.ts';
import { readOutputDays } from '#server/output/output-days.ts';
import { openPulse, type Pulse } from '#server/pulse.ts';
import { loadWorkflows } from '../load-workflows.ts';
import { goOnWhenNobodyReads, print } from '../output/print.ts';
import { waitForAbort, watchStopSignals } from '../signals.ts';

const stopTimeoutMs = 5_000;
/** Longer than a role has between SIGTERM and SIGKILL, so that even a stop in a hurry leaves none behind. */
const forceAfterMs = 3_000;

/** With `stopTimeoutMs` it is what `docker stop` waits before it kills. */
const defaultDrainMs = 5_000;

/** What `upulse adapter run` is told; times in milliseconds. */
export interface AdapterRunOptions {
  concurrency?: number;
  allowCommands?: boolean;
  workflows?: string;
  leaseTtl?: number;
  drain?: number;
}

/** When the adapter is to stop, and when it is to wait for no round any more. */
interface Stop {
  stopping: AbortSignal;
  hurry: AbortSignal;
}

/**
 * Runs an adapter until the process is told to stop. Told again, it waits for no round any more.
 *
 * Under `upulse up` it stops when that lets go of it or dies, without waiting for rounds, and leaves the terminal's Ctrl-C to it.
 */
export async function runAdapter(options: AdapterRunOptions): Promise<void> {
  goOnWhenNobodyReads();
  try {
    if (process.connected) await runUntil(watchParent(), { drain: 0, ...options });
    else await runUntil(watchTerminal(), options);
  } finally {
    process.channel?.unref(); // Listening to the parent must not keep a process that has nothing left to do.
  }
}

async function runUntil(
  { stopping, hurry }: Stop,
  {
    concurrency = 8,
    allowCommands = process.env.PULSE_ALLOW_COMMANDS === '1',
    workflows,
    leaseTtl: leaseTtlMs,
    drain: drainMs = defaultDrainMs,
  }: AdapterRunOptions,
): Promise<void> {
  // Under `upulse up` the server has reported what is broken.
  const set = await loadWorkflows(workflows, process.connected ? () => {} : console.error);
  const { definitions } = set;
  const home = resolve(process.env.PULSE_HOME || '.pulse');
  const outputDays = readOutputDays(process.env);
  const database = await openDatabase({ log: print });
  let pulse: Pulse | undefined;
  try {
    await prepareDatabase(database);
    pulse = await openPulse({ ...database, definitions: set, outputDays });
    const adapter = await startAdapter({
      pulse,
      definitions,
      home,
      concurrency,
      allowCommands,
      leaseTtlMs,
      stopTimeoutMs,
      log: console.error,
    });
    const names = definitions.map(({ name }) => name).join(', ');
    print(`Adapter ${adapter.id} runs ${names}: up to ${concurrency} workflows at once`);
    if (!allowCommands)
      print("It runs no programs that a workflow's input names (pipeline, meta): --allow-commands lets it.");
    if (process.connected) process.send?.('ready');
    await waitForAbort(stopping);
    hurry.addEventListener('abort', () => adapter.stop());
    await adapter.stop({ drainMs });
  } finally {
    await pulse?.close();
    await database.close();
  }
}

function watchTerminal(): Stop {
  const hurry = new AbortController();
  const onForce = () => {
    hurry.abort();
    setTimeout(() => process.exit(1), forceAfterMs).unref();
  };
  return { stopping: watchStopSignals({ onForce }).signal, hurry: hurry.signal };
}

function watchParent(): Stop {
  const stopping = new AbortController();
  process.on('SIGINT', () => {});
  process.on('SIGHUP', () => {});
  process.on('SIGTERM', () => stopping.abort());
  process.on('disconnect', () => stopping.abort());
  return { stopping: stopping.signal, hurry: stopping.signal };
}
