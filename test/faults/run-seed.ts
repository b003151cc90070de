import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Arena } from './arena.ts';
import { checkRun } from './check/check-run.ts';
import { readHistory } from './history.ts';
import { describeFault, makePlan, type Plan } from './plan.ts';
import { strike } from './strike.ts';
import { startTroupe, type Troupe } from './troupe.ts';

/** How a run went. */
export interface SeedReport {
  seed: number;
  /** What is wrong, in sentences; none when every promise was kept. */
  problems: string[];
  faults: string[];
  events: number;
  refusals: number;
  operations: number;
  tookMs: number;
  /** Where the processes' output is. */
  logs: string;
}

const fewestRequests = 300;
const slowestMs = 10_000;

/** Runs the work and the faults of a seed in a database of its own, lets everything heal, and checks what is stored. */
export async function runSeed(seed: number, { postgres, logs: allLogs }: Arena): Promise<SeedReport> {
  const beganAtMs = performance.now();
  const plan = makePlan(seed);
  const logs = join(allLogs, `seed-${seed}`);
  mkdirSync(logs, { recursive: true });
  const database = `faults_${seed}`;
  const url = await postgres.createDatabase(database);
  const troupe = await startTroupe({ seed, url, home: logs });
  try {
    await troupe.begin();
    await haveTrouble(plan, { ...troupe, postgres });
    const unrest = await troupe.rest();
    await troupe.close();
    const history = await readHistory(url);
    return {
      seed,
      problems: await checkRun(history, troupe.journal, unrest),
      faults: plan.faults.map(describeFault),
      events: history.events.length,
      refusals: history.refusals.length,
      operations: troupe.journal.operations.size,
      tookMs: Math.round(performance.now() - beganAtMs),
      logs,
    };
  } finally {
    await troupe.close();
    await postgres.dropDatabase(database);
  }
}

/** Lets the faults happen at their times, and ends when the last is over. */
async function haveTrouble(plan: Plan, targets: Troupe & Parameters<typeof strike>[1]): Promise<void> {
  const beganAtMs = performance.now();
  const { operations } = targets.journal;

  /** A busy machine takes longer: then a fault waits for the share of the work that belongs before it. */
  async function reach(planMs: number): Promise<void> {
    await sleep(planMs);
    const share = (fewestRequests * planMs) / plan.chaosMs;
    while (operations.size < share && performance.now() - beganAtMs < slowestMs) await sleep(10);
  }

  const faults = plan.faults.map(async (fault) => {
    await reach(fault.atMs);
    await strike(fault, targets);
  });
  const ends = await Promise.allSettled([reach(plan.chaosMs), ...faults]);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
