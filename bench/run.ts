import { benchAbort } from './abort.ts';
import { benchAppend } from './append.ts';
import { benchDelivery } from './delivery.ts';
import { benchFanOut } from './fan-out.ts';
import { benchIdle } from './idle.ts';
import { benchScale } from './scale.ts';
import { benchWorkflows } from './workflows.ts';

const benches = {
  append: benchAppend,
  abort: benchAbort,
  workflows: benchWorkflows,
  idle: benchIdle,
  delivery: benchDelivery,
  'fan-out': benchFanOut,
};
/** It takes minutes to make what it reads. */
const onlyWhenAsked = { scale: benchScale };

// `npm run bench -- append` runs just that one.
const asked = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) if (asked.length === 0 || asked.includes(name)) await bench();
for (const [name, bench] of Object.entries(onlyWhenAsked)) if (asked.includes(name)) await bench();
