import { toUnavailable } from '../db/connection.ts';
import { releaseChannel, startListener } from '../log/listen.ts';

const heartbeatMs = 5_000;

/** Tells of leases that adapters give back, in whichever process. */
export interface ReleaseHints {
  stop(): Promise<void>;
}

/**
 * Calls back whenever another adapter has given a lease back, which no event tells of.
 *
 * It is a hint to look for work. One that gets lost costs time only: when the lease would have run out, its turn comes.
 * **Errors** `UNAVAILABLE`. Once it listens, a connection that is lost mends itself.
 */
export async function watchReleases(url: string, adapterId: string, onRelease: () => void): Promise<ReleaseHints> {
  const hear = (by?: string) => {
    if (by !== undefined && by !== adapterId) onRelease();
  };
  const listener = await startListener(url, releaseChannel, hear, heartbeatMs).catch((error) => {
    throw toUnavailable(error);
  });
  return { stop: listener.close };
}
