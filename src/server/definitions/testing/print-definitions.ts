// Loads a directory in a process of its own, since Node keeps what it has imported: tsx print-definitions.ts <directory>
import { listDefinitions } from '../../definitions.ts';
import type { Pulse } from '../../pulse.ts';
import { loadDefinitions } from '../load-definitions.ts';

const definitions = await loadDefinitions(process.argv[2] ?? '', { timeoutMs: 1_000 });
const listed = listDefinitions({ definitions } as Pulse);
console.log(JSON.stringify({ listed, problems: definitions.problems }));
