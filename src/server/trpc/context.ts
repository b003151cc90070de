import type { Identify } from '../auth/identity.ts';
import type { Pulse } from '../pulse.ts';
import { toTrpcError } from './errors.ts';
import type { Context } from './init.ts';

/** Makes what the procedures are given for a request. **Errors** `UNAVAILABLE` when the log can't be opened. */
export async function createContext(
  { openPulse, identify }: { openPulse: () => Promise<Pulse>; identify: Identify },
  headers: Headers,
): Promise<Context> {
  try {
    const pulse = await openPulse();
    return { pulse, identity: await identify(pulse, headers) };
  } catch (error) {
    throw toTrpcError(error);
  }
}
