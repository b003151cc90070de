import { closeSync, openSync, readdirSync, readSync } from 'node:fs';

/** A living process. Pid and `startTicks` together name it for good: a pid alone is used again. */
export interface Process {
  pid: number;
  parent: number;
  group: number;
  session: number;
  /** When it began, in clock ticks since the machine did. */
  startTicks: number;
  /** The rounds that it says it belongs to: none when it cleared its environment. */
  marks: readonly string[];
}

export interface ProcessTable {
  processes: readonly Process[];
  /** All that need not be read again, the dead too. */
  pids: readonly number[];
  /**
   * Whether nothing is missing: a process that ends while the table is read may have left a child that is not in it, and
   * a zombie may have done so; one that is just becoming another program does not show its marks.
   */
  isComplete: boolean;
}

/** What a round's programs, and whatever they start, have in their environment: the marks of their rounds. */
export const markVariable = 'PULSE_ROUND_ID';

/** Whether this system tells which processes there are. Elsewhere only a process group can be found. */
export const hasProcessTable = process.platform === 'linux';

/** The parent of the kernel's threads. */
const kernelThreads = 2;
/** For how long an environment may be empty while its process becomes another program; after that it was cleared. */
const becomingMs = 50;
const maxEmpty = 10_000;
/** For how long a pid is taken for the same process without a look: it comes around only after all the others. */
const trustMs = 1_000;

interface Sight extends Process {
  seenAt: number;
}

/** What the last reading found. */
let sights = new Map<number, Sight>();

/** The next reading, which all who ask until it begins share. */
let next: { sinceTicks: number; table: Promise<ProcessTable> } | undefined;

/**
 * Reads all processes once for all who ask in the same moment.
 *
 * Marks are read of those that began at `sinceTicks` or later; the others may have ended a second ago.
 */
export function readProcessTable(sinceTicks: number): Promise<ProcessTable> {
  next ??= { sinceTicks, table: new Promise((resolve) => setImmediate(() => resolve(readNext()))) };
  next.sinceTicks = Math.min(next.sinceTicks, sinceTicks);
  return next.table;
}

function readNext(): ProcessTable {
  const { sinceTicks } = next as NonNullable<typeof next>;
  next = undefined;
  const table = readProcessTableNow(sinceTicks);
  sights = new Map(table.processes.map((sight) => [sight.pid, sight as Sight]));
  return table;
}

/**
 * Reads all processes at once, but those in `except`.
 *
 * It keeps the thread: reading one takes microseconds, letting go of the thread for it far longer, and a tree that
 * multiplies would be faster.
 */
export function readProcessTableNow(sinceTicks: number, except: ReadonlySet<number> = new Set()): ProcessTable {
  const names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const pids = names.map(Number).filter((pid) => !except.has(pid));
  const entries = pids.map((pid) => readEntry(pid, sinceTicks));
  const processes = entries.map(({ process }) => process).filter((process) => process !== undefined);
  return {
    processes,
    pids: pids.filter((_, index) => !entries[index]?.isBecoming),
    isComplete: !entries.some(({ hasEnded, isBecoming }) => hasEnded || isBecoming),
  };
}

function readEntry(pid: number, sinceTicks: number): Entry {
  const now = performance.now();
  const before = sights.get(pid);
  if (before && before.startTicks < sinceTicks && now - before.seenAt < trustMs) return { process: before };
  const { process: found, hasEnded } = readStat(pid, sinceTicks);
  if (!found) return { hasEnded };
  const marks = readMarks(found, sinceTicks);
  const sight = { ...found, marks: marks ?? [], seenAt: now } satisfies Sight;
  return { process: sight, isBecoming: marks === undefined };
}

/** When the environment of a process was first found empty, by pid. */
const emptySince = new Map<number, { startTicks: number; at: number }>();

/** **Shape** undefined while its environment can't be told: it becomes another program, or has ended since it was read. */
function readMarks({ pid, parent, startTicks }: Process, sinceTicks: number): string[] | undefined {
  if (startTicks < sinceTicks || parent === kernelThreads) return [];
  const environment = orElse(() => readWhole(`/proc/${pid}/environ`), asUnreadable);
  if (environment !== '') {
    emptySince.delete(pid);
    return parseMarks(environment);
  }
  const before = emptySince.get(pid);
  if (before?.startTicks === startTicks) return performance.now() - before.at > becomingMs ? [] : undefined;
  if (emptySince.size >= maxEmpty) emptySince.clear();
  emptySince.set(pid, { startTicks, at: performance.now() });
  return undefined;
}

/** Reads one process. **Shape** undefined when it is dead or gone; its marks are left out. */
export function readProcess(pid: number): Process | undefined {
  return readStat(pid, 0).process;
}

/** When a process began that may be dead but is not gone. **Shape** undefined when it is. */
export function readStartTicks(pid: number): number | undefined {
  return splitStat(readText(`/proc/${pid}/stat`))?.startTicks;
}

let ownStartTicks: number | undefined;

/** When this process began: nothing that it started did so earlier. **Shape** 0 where the system does not tell. */
export function readOwnStartTicks(): number {
  ownStartTicks ??= hasProcessTable ? (readStartTicks(process.pid) ?? 0) : 0;
  return ownStartTicks;
}

/** The children of a process, of all its threads. **Shape** empty where the kernel does not tell, or when it is gone. */
export function readChildren(pid: number): number[] {
  const threads = orElse(
    () => readdirSync(`/proc/${pid}/task`),
    () => [],
  );
  return threads.flatMap((thread) => {
    const children = readText(`/proc/${pid}/task/${thread}/children`);
    return children.split(' ').filter(Boolean).map(Number);
  });
}

/** What reading a pid brought: no process when it is dead or gone, `hasEnded` when that may have been just now. */
interface Entry {
  process?: Process;
  hasEnded?: boolean;
  /** Whether its marks could not be told. */
  isBecoming?: boolean;
}

function readStat(pid: number, sinceTicks: number): Entry {
  const stat = splitStat(readText(`/proc/${pid}/stat`));
  if (!stat) return { hasEnded: true };
  const { parent, group, session, startTicks } = stat;
  // A container whose first process reaps nothing keeps zombies; one with threads left is alive without its first.
  if (stat.state === 'X' || (stat.state === 'Z' && stat.threads <= 1)) return { hasEnded: startTicks >= sinceTicks };
  return { process: { pid, parent, group, session, startTicks, marks: [] } };
}

function splitStat(text: string) {
  if (text === '') return undefined;
  // The program's name, in parentheses, may hold anything: the other fields follow the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [parent = 0, group = 0, session = 0] = fields.slice(1, 4).map(Number);
  return { state: fields[0], parent, group, session, threads: Number(fields[17]), startTicks: Number(fields[19]) };
}

function parseMarks(environment: string): string[] {
  const name = `${markVariable}=`;
  const entry = environment.split('\0').find((variable) => variable.startsWith(name));
  return entry ? entry.slice(name.length).split(' ') : [];
}

/** Somebody else's environment, which cannot be read, is not an empty one. */
function asUnreadable(error: unknown): string {
  return (error as NodeJS.ErrnoException).code === 'EACCES' ? '\0' : '';
}

/** **Shape** empty when there is no such file any more. */
function readText(path: string): string {
  return orElse(
    () => readWhole(path),
    () => '',
  );
}

const buffer = Buffer.allocUnsafe(64 * 1024);

/** Reads a file of /proc in a few calls: hundreds are read while an abort waits, and `readFileSync` takes twice as long. */
function readWhole(path: string): string {
  const file = openSync(path, 'r');
  try {
    let text = '';
    for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer))
      text += buffer.toString('latin1', 0, length);
    return text;
  } finally {
    closeSync(file);
  }
}

function orElse<T>(work: () => T, otherwise: (error: unknown) => T): T {
  try {
    return work();
  } catch (error) {
    return otherwise(error);
  }
}
