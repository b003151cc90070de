import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Arena, openArena } from './arena.ts';
import { describeReport } from './report.ts';
import { runSeed } from './run-seed.ts';

const first = Number(process.env.FAULT_SEED ?? 1);
const seeds = Array.from({ length: Number(process.env.FAULT_SEEDS ?? 3) }, (_, index) => first + index);

let arena: Arena;
let hasFailed = false;
beforeAll(async () => {
  arena = await openArena();
});
afterAll(() => arena.close({ keepLogs: hasFailed }));

it.each(seeds)('keeps every promise under the faults of seed %i', async (seed) => {
  const report = await runSeed(seed, arena);
  hasFailed ||= report.problems.length > 0;
  expect(report.problems, describeReport(report)).toEqual([]);
});
