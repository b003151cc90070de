import type { Identify } from '../auth/identity.ts';
import { getAccessWatch } from '../auth/watch-access.ts';
import type { Pulse } from '../pulse.ts';
import { toTrpcError } from './errors.ts';
import type { Context } from './init.ts';

/**
 * Makes what the procedures are given for a request. From before the look for who asks, this process takes note of what ends
 * anybody's access.
 *
 * **Errors** `UNAVAILABLE` when the log can't be opened.
 */
export async function createContext(
  { openPulse, identify }: { openPulse: () => Promise<Pulse>; identify: Identify },
  headers: Headers,
): Promise<Context> {
  try {
    const pulse = await openPulse();
    await getAccessWatch(pulse);
    const askedAtMs = Date.now();
    return { pulse, identity: await identify(pulse, headers), askedAtMs };
  } catch (error) {
    throw toTrpcError(error);
  }
}
