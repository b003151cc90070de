import { createRandom, type Random } from './random.ts';

/** The processes that work, by name. Each reaches PostgreSQL through a proxy of its own. */
export const processNames = ['writer-1', 'writer-2', 'adapter-1', 'adapter-2', 'web'] as const;
export type ProcessName = (typeof processNames)[number];

/** What a proxy stands before: a process's way to PostgreSQL, or the way of the web server's clients to it. */
export type LinkName = ProcessName | 'clients';

/** `backend`: one process of PostgreSQL's. */
export type Victim = ProcessName | 'postgres' | 'backend';

/**
 * One thing that goes wrong.
 *
 * - `kill`: SIGKILL; the process is started again after `forMs`. `pause`: SIGSTOP, and SIGCONT after `forMs`.
 * - `cut`: every connection breaks. `refuse`: that, and no new one gets through for `forMs`. `hold`: no byte gets through for `forMs`.
 * - `lose-answers`: what is asked in `forMs` is done, and the connection breaks before the answer.
 * - `silence`: on the connections there are nothing gets through ever again, and nobody is told.
 * - `deliver-late`: what is asked in `forMs` is done only long after the connection broke.
 */
export type Fault = SignalFault | LinkFault;

interface Timed {
  atMs: number;
  forMs: number;
}

export interface SignalFault extends Timed {
  do: 'kill' | 'pause';
  to: Victim;
  /** Picks the backend, from 0 to 1. */
  choice: number;
}

export interface LinkFault extends Timed {
  do: 'cut' | 'silence' | 'refuse' | 'hold' | 'lose-answers' | 'deliver-late';
  to: LinkName;
}

/** What happens in one run. All of it follows from the seed; when it meets the work is up to the machine. */
export interface Plan {
  seed: number;
  /** How long there is work and trouble, before everything heals. */
  chaosMs: number;
  /** In order of time. */
  faults: Fault[];
}

const firstAtMs = 250;

/** How often each kind of fault happens, beside the others. What is over in a moment happens often. */
const shares: [Fault['do'] | 'pause-server', number][] = [
  ['kill', 2],
  ['pause', 2],
  ['pause-server', 1],
  ['cut', 2],
  ['silence', 1],
  ['refuse', 1],
  ['hold', 1],
  ['lose-answers', 4],
  ['deliver-late', 3],
];
const kinds = shares.flatMap(([kind, share]) => Array<typeof kind>(share).fill(kind));

export function makePlan(seed: number): Plan {
  const random = createRandom(seed, 'plan');
  const chaosMs = random.int(1_800, 2_600);
  const faults = Array.from({ length: random.int(8, 14) }, () => makeFault(random, chaosMs));
  // The server takes a second or two to come back: once in a run is enough, and not in each.
  if (random.chance(0.4)) {
    const to = random.pick(['postgres', 'backend']);
    faults.push({ do: 'kill', to, atMs: random.int(firstAtMs, chaosMs), forMs: 0, choice: random.next() });
  }
  return { seed, chaosMs, faults: faults.sort((left, right) => left.atMs - right.atMs) };
}

function makeFault(random: Random, chaosMs: number): Fault {
  const atMs = random.int(firstAtMs, chaosMs);
  const link = random.pick([...processNames, 'writer-1', 'writer-2', 'clients']);
  const kind = kinds[random.int(0, kinds.length - 1)] as (typeof kinds)[number];
  switch (kind) {
    case 'kill':
      return { do: kind, to: random.pick(processNames), atMs, forMs: random.int(0, 500), choice: 0 };
    case 'pause':
      return { do: kind, to: random.pick(processNames), atMs, forMs: random.int(50, 1_200), choice: 0 };
    case 'pause-server': {
      const to = random.pick(['postgres', 'backend', 'backend']);
      return { do: 'pause', to, atMs, forMs: random.int(50, 700), choice: random.next() };
    }
    case 'cut':
      return { do: kind, to: link, atMs, forMs: 0 };
    case 'silence': // A client of the web server would wait for its heartbeat, too long for a run.
      return { do: kind, to: random.pick(processNames), atMs, forMs: 0 };
    case 'refuse':
    case 'hold':
      return { do: kind, to: link, atMs, forMs: random.int(20, 600) };
    case 'lose-answers':
    case 'deliver-late':
      return { do: kind, to: link, atMs, forMs: random.int(5, 60) };
  }
}

/** A fault in words, such as `at 512 ms: pause adapter-1 for 300 ms`. */
export function describeFault(fault: Fault): string {
  return `at ${fault.atMs} ms: ${fault.do} ${fault.to}${fault.forMs > 0 ? ` for ${fault.forMs} ms` : ''}`;
}
