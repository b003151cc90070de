import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { PulseError } from '#domain/errors.ts';
import { formatDuration } from '../output/time.ts';
import { commandPath } from '../package-root.ts';

const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** An adapter that ran so long was all right: the next pause is the shortest again. */
const steadyMs = 60_000;
const killAfterMs = 10_000;

/** An adapter in a process of its own, one after the other. */
export interface AdapterProcess {
  stop(): Promise<void>;
}

interface Run {
  startedAtMs: number;
  ready: Promise<void>;
  /** How it ended. It never rejects. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts an adapter in a process of its own, and another when it dies, after a pause that grows.
 *
 * **Errors** `UNAVAILABLE` when the first one ends before it is ready.
 */
export async function startAdapterProcess({
  env,
  log,
}: {
  env: NodeJS.ProcessEnv;
  log: (message: string) => void;
}): Promise<AdapterProcess> {
  const stopping = new AbortController();
  let run = launch(env);
  await run.ready;
  const supervising = supervise();

  async function supervise(): Promise<void> {
    let pauseMs = firstPauseMs;
    for (;;) {
      const how = await run.ended;
      if (stopping.signal.aborted) return;
      if (Date.now() - run.startedAtMs > steadyMs) pauseMs = firstPauseMs;
      log(`The adapter ended unexpectedly (${how}); another starts in ${formatDuration(pauseMs)}`);
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      run = launch(env);
      run.ready.catch(() => {});
    }
  }

  return {
    stop: async () => {
      stopping.abort();
      await run.stop();
      await supervising;
    },
  };
}

function launch(env: NodeJS.ProcessEnv): Run {
  const child = fork(commandPath, ['adapter', 'run'], { env, execArgv: [] });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    ended.then((how) => {
      const reason = `the adapter ended before it was ready (${how})`;
      reject(new PulseError('UNAVAILABLE', `${reason}. What it wrote above says why`, { reason }));
    });
  });
  return { startedAtMs: Date.now(), ready, ended, stop: () => stopChild(child, ended) };
}

/** Letting go of the channel is what tells the adapter to stop, as it would be if this process died. */
async function stopChild(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.connected) child.disconnect();
  const kill = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  await ended;
  clearTimeout(kill);
}
