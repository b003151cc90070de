import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ChildConfig, configVariable, type Order } from './child.ts';
import type { Told } from './journal.ts';

/** A process of a run that can be killed, paused and started again. */
export interface Process {
  /** Starts it, or its next life. */
  start(): void;
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
  isRunning(): boolean;
  /** Tells it to begin or stop its work. */
  order(order: Order): void;
}

const living = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL'); // One that is paused would not notice that the run is over.
});

/** Starts a program of this folder. `configure` is asked before each life, numbered from 0. What it prints goes to `logPath`. */
export function startProcess({
  program,
  configure,
  logPath,
  onTold,
}: {
  program: string;
  configure: (life: number) => ChildConfig;
  logPath: string;
  onTold: (told: Told) => void;
}): Process {
  let lives = 0;
  let child: ChildProcess | undefined;
  let isStopped = false;

  function start(): void {
    const output = openSync(logPath, 'a');
    const config = JSON.stringify(configure(lives++));
    child = fork(fileURLToPath(new URL(program, import.meta.url)), [], {
      execArgv: ['--import', 'tsx'],
      detached: true, // Ctrl-C is for the run, which ends them in its own way.
      env: { ...process.env, [configVariable]: config },
      stdio: ['ignore', output, output, 'ipc'],
    });
    closeSync(output);
    child.on('message', onTold);
    child.on('exit', (code, signal) => {
      if (signal !== 'SIGKILL') onTold({ type: 'broken', message: `${program} ended by itself: ${signal ?? code}` });
    });
    remember(child);
    if (isStopped) order('stop');
  }

  function isRunning(): boolean {
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  function order(order: Order): void {
    isStopped ||= order === 'stop';
    if (child?.connected) child.send(order, () => {}); // It may die before it reads this.
  }

  const handle: Process = {
    start,
    isRunning,
    order,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    kill: async () => {
      if (!child || !isRunning()) return;
      const closed = Promise.all([once(child, 'close'), child.connected && once(child, 'disconnect')]);
      child.kill('SIGKILL');
      await closed; // All that it told has been read by then.
    },
  };
  start();
  return handle;
}

function remember(child: ChildProcess): void {
  living.add(child);
  child.once('exit', () => living.delete(child));
}
