// Where an isolated role's thread begins: a new thread does not know yet how to read TypeScript.
import { register } from 'tsx/esm/api';

register({ tsconfig: false });
const { runThread } = await import('./run-thread.ts');
await runThread();
