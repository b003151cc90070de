// Where an isolated role's thread begins: a new thread does not know yet how to read TypeScript.
import { register } from 'tsx/esm/api';

register({ tsconfig: false });
if (process.env.PULSE_WORKFLOWS) {
  const { registerKit } = await import('../../server/definitions/register-kit.ts');
  registerKit(process.env.PULSE_WORKFLOWS);
}
const { runThread } = await import('./run-thread.ts');
await runThread();
