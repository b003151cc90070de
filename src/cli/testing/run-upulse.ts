import { type ChildProcess, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { commandPath } from '../package-root.ts';

/** How a run of `upulse` ended. */
export interface UpulseResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `upulse` as its own process, as a person's shell does, to its end. */
export async function runUpulse(
  args: readonly string[],
  { env = {}, input }: { env?: Record<string, string>; input?: string } = {},
): Promise<UpulseResult> {
  const child = spawnUpulse(args, env);
  child.stdin?.end(input);
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  return { code, stdout, stderr };
}

/** A run of `upulse` that goes on until it is stopped. */
export interface UpulseRun {
  /** What it has written to standard output so far. */
  stdout(): string;
  stderr(): string;
  /** Waits until what it has written to both together holds a text. */
  waitFor(pattern: RegExp): Promise<void>;
  /** Reads no more, as `| head` does. */
  closeOutput(): void;
  /** Its exit code. */
  ended: Promise<number | null>;
  /** Sends a signal, to its whole process group as a terminal does or to it alone, and waits until it has ended. */
  stop(signal: NodeJS.Signals, options?: { group: boolean }): Promise<number | null>;
}

/** Starts `upulse` and leaves it running. */
export function startUpulse(
  args: readonly string[],
  { env = {}, detached = false }: { env?: Record<string, string>; detached?: boolean } = {},
): UpulseRun {
  const child = spawnUpulse(args, env, detached);
  let stdout = '';
  let stderr = '';
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => pattern.test(stdout + stderr) && resolve();
        child.stdout?.on('data', look);
        child.stderr?.on('data', look);
        ended.then((code) => reject(new Error(`upulse ended with ${code} before ${pattern}:\n${stdout}${stderr}`)));
        look();
      }),
    closeOutput: () => child.stdout?.destroy(),
    ended,
    stop: async (signal, { group } = { group: false }) => {
      if (group && child.pid) process.kill(-child.pid, signal);
      else child.kill(signal);
      return ended;
    },
  };
}

function spawnUpulse(args: readonly string[], env: Record<string, string>, detached = false): ChildProcess {
  const { PATH, HOME, TMPDIR } = process.env;
  const own: Record<string, string | undefined> = { PATH, HOME, TMPDIR, ...env };
  return spawn(process.execPath, [commandPath, ...args], { env: own as NodeJS.ProcessEnv, detached });
}
