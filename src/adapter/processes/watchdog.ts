import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readOwner } from './owner.ts';
import { openRecords, type ProgramRecord } from './program-records.ts';

/** Sees to it that programs do not outlive this process, however it dies. */
export interface Watchdog {
  /** Is called before a program starts. */
  wake(): void;
  add(program: ProgramRecord): void;
  remove(program: ProgramRecord): void;
  /** Sends it home and waits until it is gone. It stays on watch, as long as this process lives, when programs are left. */
  stop(): Promise<void>;
}

const restartMs = 1_000;
/** How long it may take to leave. */
const leaveMs = 1_000;
const reaperPath = fileURLToPath(new URL('./reaper.js', import.meta.url));

// Waits for the end of its standard input, which is the end of whoever holds the other side, and becomes the reaper then.
// A line says that nothing is left to do.
const script = 'trap "" HUP INT TERM; read -r line || exec "$@"';

/**
 * Makes a watchdog: a process in a session of its own, so that nothing that ends this one reaches it. It is a shell, as
 * long as there is nothing to do, which takes a fraction of the memory that Node would.
 *
 * It starts with the first program, and again should it die.
 */
export function createWatchdog(home: string, log: (line: string) => void): Watchdog {
  const records = openRecords(home, readOwner());
  const running = new Set<ProgramRecord>();
  let dog: ChildProcess | undefined;

  function wake(): void {
    dog ??= startDog(home, () => {
      dog = undefined;
      if (running.size > 0) setTimeout(wake, restartMs).unref();
    });
  }

  function add(program: ProgramRecord): void {
    running.add(program);
    try {
      records.add(program);
    } catch (error) {
      log(`a program is not recorded, and might outlive this adapter: ${(error as Error).message}`);
    }
  }

  function remove(program: ProgramRecord): void {
    running.delete(program);
    records.remove(program);
  }

  async function stop(): Promise<void> {
    if (running.size > 0) return;
    records.close();
    const leaving = dog;
    if (!leaving) return;
    leaving.ref();
    leaving.stdin?.end('done\n');
    await Promise.race([once(leaving, 'exit'), sleep(leaveMs, undefined, { ref: false })]).catch(() => {});
    leaving.unref();
  }

  return { wake, add, remove, stop };
}

function startDog(home: string, onEnd: () => void): ChildProcess {
  const args = ['-c', script, 'pulse-watchdog', process.execPath, reaperPath, home, readOwner()];
  const dog = spawn('/bin/sh', args, {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: pickEnvironment(),
  });
  dog.once('exit', onEnd);
  dog.once('error', onEnd); // Where there is no shell, what is left is found when the next adapter starts.
  dog.stdin.on('error', () => {});
  dog.unref();
  (dog.stdin as unknown as Socket).unref();
  return dog;
}

/** What Node needs to start. The watchdog has no use for anything else, the way into the database least of all. */
function pickEnvironment(): NodeJS.ProcessEnv {
  const picked = ['PATH', 'HOME', 'TMPDIR'].map((name) => [name, process.env[name]]);
  return Object.fromEntries(picked) as NodeJS.ProcessEnv;
}
