import { execSync } from 'node:child_process';
import { appendFileSync, readlinkSync, renameSync, writeFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
import type { RoleContext } from '#domain/role.ts';

type Context = RoleContext<unknown>;

/** Tells its thread, and what it was given. */
export function tell({ key, role, round, input, history, events, waits, idempotencyKey, home }: Context) {
  return {
    threadId,
    key,
    role,
    round,
    input,
    history: [...history],
    events: [...events],
    waits: [...waits],
    idempotencyKey,
    home,
  } as never;
}

/** Runs a program of the round, and one that fails to start. */
export async function runPrograms({ exec }: Context) {
  const { stdout } = await exec({ run: 'echo "$PULSE_KEY $MINE"', env: { MINE: 'mine' } });
  const error = await exec({ run: ['no-such-program'] }).catch((problem: Error) => problem.message);
  return { stdout, error: String(error) };
}

/** Never lets go of its thread, once it has asked for a program. */
export function spin({ exec, input }: Context): never {
  void exec({ run: `echo $$ >> "${input}"; exec sleep 600` });
  for (;;);
}

/** Never lets go of its thread, once it has written which it is, as a path below `/proc`. */
export function spinAlone({ input }: Context): never {
  writeFileSync(`${input}.new`, readlinkSync('/proc/thread-self'));
  renameSync(`${input}.new`, String(input));
  while (true) {}
}

/** Counts for ever in memory that its input shares. */
export function count({ input }: Context): never {
  const counter = new Int32Array((input as { memory: SharedArrayBuffer }).memory);
  for (;;) Atomics.add(counter, 0, 1);
}

/** Is stuck in a program that it started by itself. */
export function block({ input }: Context) {
  execSync(`echo $$ >> "${input}"; exec sleep 600`);
  return null;
}

/** Heeds its signal, and writes down its reason. */
export async function heed({ signal, input }: Context): Promise<never> {
  appendFileSync(String(input), '0\n');
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  appendFileSync(String(input), String(signal.reason));
  throw signal.reason;
}

export function fail(): never {
  throw new TypeError('broke');
}

export function leave(): never {
  process.exit(3);
}

export function answerOddly() {
  return (() => {}) as never;
}

/** Prints in each way that there is. */
export async function printLines({ log, exec }: Context) {
  log('logged %d', 1, { a: 1 });
  console.error('to stderr');
  await exec({ run: 'echo from a program' });
  log('last');
  return null;
}

/** Starts a workflow. */
export async function startAnother({ start }: Context) {
  return { ...(await start('other', { from: 'a thread' })) };
}
