import { type Claim, claimWorkflows } from '#server/leases/claim-workflows.ts';
import { findNextClaim } from '#server/leases/find-next-claim.ts';
import type { AdapterContext } from './adapter-context.ts';
import type { Held } from './held.ts';

/** The part of an adapter that looks for work, only when there may be some. */
export interface Claiming {
  /** Looks for work in `delayMs` milliseconds at the latest. */
  wake(delayMs?: number): void;
  /** Looks no more; resolves when the last look is over. */
  stop(): Promise<void>;
}

const shortestPauseMs = 50;
const retryMs = 1_000;

/** Claims workflows whenever woken, as many as there is room for, and sets itself an alarm for the next lease that runs out. */
export function startClaiming(
  adapter: AdapterContext,
  held: ReadonlyMap<string, Held>,
  onClaim: (claim: Claim, claimedAt: number) => void,
): Claiming {
  const { pulse, log, id: adapterId, leaseTtlMs: ttlMs, concurrency } = adapter;
  const names = [...adapter.definitions.keys()];
  let alarm: NodeJS.Timeout | undefined;
  let alarmAt = Number.POSITIVE_INFINITY;
  let looking: Promise<void> | undefined;
  let isStopped = false;

  function wake(delayMs = 0): void {
    const at = performance.now() + delayMs;
    if (isStopped || at >= alarmAt) return;
    clearTimeout(alarm);
    alarmAt = at;
    alarm = setTimeout(look, delayMs);
  }

  function look(): void {
    alarmAt = Number.POSITIVE_INFINITY;
    const before = looking ?? Promise.resolve();
    looking = before.then(claim).catch((error: Error) => {
      log(`no work can be claimed: ${error.message}`);
      wake(retryMs);
    });
  }

  async function claim(): Promise<void> {
    const room = concurrency - [...held.values()].filter(({ isParked }) => !isParked).length;
    if (isStopped || room <= 0) return; // A workflow that ends wakes it.
    const claimedAt = performance.now();
    const except = [...held.keys()];
    const claims = await claimWorkflows(pulse, { adapterId, names, limit: room, ttlMs, except });
    for (const claimed of claims) onClaim(claimed, claimedAt);
    if (claims.length === room || isStopped) return;
    const nextMs = await findNextClaim(pulse, { names, except: [...held.keys()] });
    if (nextMs !== null) wake(Math.max(nextMs, shortestPauseMs));
  }

  return {
    wake,
    stop: async () => {
      isStopped = true;
      clearTimeout(alarm);
      await looking;
    },
  };
}
