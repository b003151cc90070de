import { deriveActor } from '../actor.ts';
import type { Pulse } from '../pulse.ts';
import { toTrpcError } from './errors.ts';
import type { Context } from './init.ts';

/** Makes what the procedures are given for a request. **Errors** `UNAVAILABLE` when the log can't be opened. */
export async function createContext(openPulse: () => Promise<Pulse>, headers: Headers): Promise<Context> {
  const pulse = await openPulse().catch((error) => {
    throw toTrpcError(error);
  });
  return { pulse, actor: deriveActor(headers) };
}
