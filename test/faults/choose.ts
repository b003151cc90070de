import type { Json } from '#domain/json.ts';
import type { Workflow } from '#domain/workflow.ts';
import type { Random } from './random.ts';
import { type Known, nothingKnown } from './view.ts';

/** What one worker asks next. */
export interface Choice {
  key: string;
  events: { kind: string; payload: Json }[];
  expectedSequence?: number | undefined;
  epoch?: number | undefined;
}

/** Workflows that the adapters run, and those that the workers play by hand, as several would at once. */
export const adapterRuns = 'quick';
export const workersRun = 'free';
/** What a child of a workflow that the adapters run waits for, so that it lives until an abort. */
export const neverComes = `${adapterRuns}.release`;

const generationMs = 400;
const slots = { quick: 3, free: 5 } as const;

/** Picks a key, mostly a young one, and something that makes sense there, mostly. `leases` are epochs that this worker took once. */
export function choose(
  random: Random,
  view: ReadonlyMap<string, Known>,
  leases: ReadonlyMap<string, number>,
  elapsedMs: number,
): Choice {
  if (leases.size > 0 && random.chance(0.15)) {
    const [key, epoch] = random.pick([...leases] as [[string, number]]);
    return { key, epoch, events: [{ kind: `${workersRun}.note`, payload: {} }] };
  }
  const parents = listParents(view);
  if (parents.length > 0 && random.chance(0.04))
    return {
      key: random.pick(parents as [string, ...string[]]),
      events: [{ kind: `${adapterRuns}.__abort__`, payload: { reason: 'chosen' } }],
    };
  const name = random.pick([adapterRuns, workersRun, workersRun]);
  const age = random.chance(0.7) ? 0 : random.int(0, 3);
  const generation = Math.max(0, Math.floor(elapsedMs / generationMs) - age);
  const key = `${name}-${random.int(1, slots[name])}-${generation}`;
  const known = view.get(key) ?? nothingKnown;
  const tails = name === workersRun ? chooseFree(random, known.workflow) : chooseQuick(random, known.workflow);
  return {
    key,
    events: tails.map(([tail, payload]) => ({ kind: `${name}.${tail}`, payload })),
    ...(random.chance(0.1) && { expectedSequence: known.sequence }),
  };
}

/** Who lives and has started workflows, and was started by none. */
function listParents(view: ReadonlyMap<string, Known>): string[] {
  const parents = new Set([...view.values()].flatMap(({ workflow }) => workflow?.parent ?? []));
  return [...parents].filter((key) => {
    const workflow = view.get(key)?.workflow;
    return workflow?.status === 'active' && workflow.parent === null;
  });
}

type Tails = [tail: string, payload: Json][];

function chooseQuick(random: Random, workflow: Workflow | null): Tails {
  if (!workflow)
    return [
      [
        '__start__',
        { input: { rounds: random.int(1, 3), generations: random.chance(0.3) ? random.int(1, 2) : 0 }, maxRounds: 5 },
      ],
    ];
  return random.chance(0.2) ? [['__abort__', { reason: 'chosen' }]] : [['note', {}]];
}

function chooseFree(random: Random, workflow: Workflow | null): Tails {
  const round = (workflow?.round ?? 0) + 1;
  const start: Tails = [['__start__', { maxRounds: 50 }]];
  const begin: Tails = [['__round__', { round, role: 'coder' }]];
  const finish: Tails = [['coder', { round: round - 1 }]];
  const stopped: Tails = [['__stopped__', { round: round - 1, role: 'coder', how: 'returned' }]];
  const note: Tails = [['note', {}]];
  const wait: Tails = [['__wait__', chooseWait(random)]];
  const close: Tails = random.chance(0.5) ? [['__abort__', { reason: 'chosen' }]] : [['__end__', { outcome: 'done' }]];
  if (random.chance(0.12)) return random.pick([start, begin, finish, stopped, note, wait, close]);
  if (!workflow) return random.chance(0.3) ? [...start, ...begin] : start;
  if (workflow.status !== 'active') return workflow.role ? stopped : random.pick([note, begin, close]);
  if (random.chance(0.06)) return close;
  if (random.chance(0.3)) return note;
  if (!workflow.role) return random.chance(0.1) ? [['__wait__', chooseWait(random)]] : begin;
  return random.chance(0.3) ? [...finish, ...begin] : finish;
}

function chooseWait(random: Random): Json {
  const resumeAt = random.chance(0.7) ? new Date(Date.now() + random.int(0, 300)).toISOString() : null;
  return { kind: `${workersRun}.note`, resumeAt, reason: 'event' };
}
