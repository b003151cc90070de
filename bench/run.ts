import { benchAbort } from './abort.ts';
import { benchAppend } from './append.ts';

const benches = { append: benchAppend, abort: benchAbort };

// `npm run bench -- append` runs just that one.
const asked = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) if (asked.length === 0 || asked.includes(name)) await bench();
