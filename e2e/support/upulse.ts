import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const commandPath = fileURLToPath(new URL('../../bin/upulse.js', import.meta.url));

/** How a command ended, and what it printed. */
export interface Outcome {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A command that runs. */
export interface RunningCommand {
  pid: number;
  /** Resolves with the first match in what it prints; rejects when it ends without. */
  waitForOutput(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends a signal to it, or to its whole process group as a terminal does. */
  signal(name: NodeJS.Signals, to?: 'process' | 'group'): void;
  ended: Promise<Outcome>;
}

/** Starts `upulse` as a person would: nothing of this process's configuration reaches it. */
export function startUpulse(args: readonly string[], env: Record<string, string>): RunningCommand {
  return startCommand(process.execPath, [commandPath, ...args], env);
}

/** Starts any other program in the same way, in the root of the project. */
export function startCommand(program: string, args: readonly string[], env: Record<string, string>): RunningCommand {
  const child = spawn(program, args, {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: makeEnvironment(env),
    detached: true, // A process group of its own, as a shell gives it.
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const endWithTests = () => child.kill('SIGTERM');
  process.once('exit', endWithTests);
  const { read, ended } = collect(child);
  ended.finally(() => process.off('exit', endWithTests)).catch(() => {});
  const pid = child.pid as number;
  return {
    pid,
    ended,
    signal: (name, to = 'process') => void process.kill(to === 'group' ? -pid : pid, name),
    waitForOutput: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(read().stdout);
          if (match) resolve(match);
        };
        child.stdout?.on('data', look);
        ended.then(() => reject(new Error(`It ended without ${pattern}:\n${read().stdout}${read().stderr}`)), reject);
        look();
      }),
  };
}

/** Runs `upulse` to its end. */
export function runUpulse(args: readonly string[], env: Record<string, string>): Promise<Outcome> {
  return startUpulse(args, env).ended;
}

function makeEnvironment(own: Record<string, string>): NodeJS.ProcessEnv {
  const foreign = /^(PULSE_.*|DATABASE_(OWNER_)?URL|HOST|PORT|FORCE_COLOR|NODE_ENV|NODE_OPTIONS)$/;
  const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...(Object.fromEntries(inherited) as NodeJS.ProcessEnv), NO_COLOR: '1', ...own };
}

function collect(child: ChildProcess) {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
  });
  return { ended, read: () => ({ stdout, stderr }) };
}
