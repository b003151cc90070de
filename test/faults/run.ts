import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { openArena } from './arena.ts';
import { describeReport } from './report.ts';
import { runSeed } from './run-seed.ts';

// npm run test:faults -- [--seeds n] [--seed first]: runs that many seeds in a row, from the first one on.
const { values } = parseArgs({ options: { seeds: { type: 'string' }, seed: { type: 'string' } } });
const asked = values.seed ?? process.env.FAULT_SEED;
const first = Number(asked ?? randomInt(1_000_000));
const count = Number(values.seeds ?? process.env.FAULT_SEEDS ?? (asked === undefined ? 20 : 1));
if (!Number.isInteger(first) || !Number.isInteger(count) || count < 1)
  throw new Error('--seed and --seeds take whole numbers');

let isAskedToStop = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    if (isAskedToStop) process.exit(1);
    isAskedToStop = true; // After this seed, so that nothing is left behind.
  });
}

const arena = await openArena();
let ran = 0;
const failed: number[] = [];
let operations = 0;
for (let seed = first; seed < first + count && !isAskedToStop; seed += 1) {
  ran += 1;
  const report = await runSeed(seed, arena);
  operations += report.operations;
  console.log(describeReport(report));
  if (report.problems.length > 0) failed.push(seed);
}
await arena.close({ keepLogs: failed.length > 0 });
console.log(`${ran - failed.length} of ${ran} seeds passed, from ${first} on; ${operations} requests`);
for (const seed of failed) console.log(`Run it again: npm run test:faults -- --seed ${seed}`);
process.exit(failed.length > 0 || isAskedToStop ? 1 : 0);
