import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hasProcessTable } from './process-table.ts';

/** A program that was started as the leader of a session, told from a later one of the same pid. */
export interface ProgramRecord {
  pid: number;
  /** 0 where the system does not tell. */
  startTicks: number;
  /** From SIGTERM to SIGKILL. */
  graceMs: number;
}

/**
 * The programs that an owner is running, as small files that outlive it: by these a program can be found that clears its
 * environment.
 */
export interface ProgramRecords {
  add(program: ProgramRecord): void;
  remove(program: ProgramRecord): void;
  list(): ProgramRecord[];
  /** Forgets them all. */
  clear(): void;
  /** Leaves no trace when there is none. */
  close(): void;
}

/** Opens an owner's records below `PULSE_HOME`. Nothing is made before the first is added. */
export function openRecords(home: string, owner: string): ProgramRecords {
  const directory = path.join(recordsDirectory(home), owner);
  const toPath = ({ pid, startTicks }: ProgramRecord) => path.join(directory, `${pid}.${startTicks}`);
  return {
    add: (program) => {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      writeFileSync(toPath(program), String(program.graceMs));
    },
    remove: (program) => rmSync(toPath(program), { force: true }),
    list: () =>
      listNames(directory)
        .map((name) => readRecord(directory, name))
        .filter((program) => program !== undefined),
    clear: () => rmSync(directory, { recursive: true, force: true }),
    close: () => removeWhileEmpty([directory, path.dirname(directory)]),
  };
}

/** The owners that have records there. */
export function listOwners(home: string): string[] {
  return listNames(recordsDirectory(home));
}

/** Pids and ticks mean something else after the next start of the machine, and on another one that shares the home. */
function recordsDirectory(home: string): string {
  const boot = hasProcessTable ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() : 'any';
  return path.join(home, 'programs', boot);
}

/** **Shape** undefined when it is no record, or has been removed meanwhile. */
function readRecord(directory: string, name: string): ProgramRecord | undefined {
  const [pid, startTicks] = name.split('.').map(Number);
  try {
    const graceMs = Number(readFileSync(path.join(directory, name), 'utf8'));
    return pid && startTicks !== undefined ? { pid, startTicks, graceMs } : undefined;
  } catch {
    return undefined;
  }
}

function removeWhileEmpty(directories: readonly string[]): void {
  try {
    for (const directory of directories) rmdirSync(directory);
  } catch {
    // Another adapter of the process or of the home has something in it, or it was never made.
  }
}

function listNames(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
