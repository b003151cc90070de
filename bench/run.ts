import { benchAbort } from './abort.ts';
import { benchAppend } from './append.ts';

await benchAppend();
await benchAbort();
