import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Starts a TypeScript program of this folder in a process group of its own. */
export function startProgram(name: string, args: string[], options: SpawnOptions = {}): ChildProcess {
  const path = fileURLToPath(new URL(name, import.meta.url));
  const stdio: SpawnOptions['stdio'] = ['pipe', 'pipe', 'inherit'];
  return spawn(process.execPath, ['--import', 'tsx', path, ...args], { stdio, detached: true, ...options });
}

/** The next line that a process prints; fails when it ends instead. */
export async function readLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    text += chunk;
    if (text.includes('\n')) return text.slice(0, text.indexOf('\n'));
  }
  throw new Error(`The process ended after printing "${text}"`);
}

/** Kills a process and those of its group, as a crash would. */
export async function crash(child: ChildProcess): Promise<void> {
  if (!child.pid || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, 'SIGKILL');
  await once(child, 'exit');
}

/** Waits for a process to end; its exit code. */
export async function waitForExit(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

/** Whether there is a process of that pid. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
