import { type Claim, claimWorkflows } from '#server/leases/claim-workflows.ts';
import { findNextClaim } from '#server/leases/find-next-claim.ts';
import type { AdapterContext } from './adapter-context.ts';
import type { Held } from './held.ts';

/** The part of an adapter that looks for work, only when there may be some. */
export interface Claiming {
  /** Looks for work in `delayMs` milliseconds at the latest. */
  wake(delayMs?: number): void;
  /** Looks soon, since something has happened that may have made some workflow's turn due, and mostly has not. */
  nudge(): void;
  /** Looks if workflows wait for a place that has become free here. */
  tellRoom(): void;
  /** Looks if workflows of a definition wait for a place of its limit, which may have become free anywhere. */
  tellFreed(name: string): void;
  /** Whether a workflow has had its time, and others wait for its place. */
  isTurnOver(workflow: Held): boolean;
  /** Looks no more; resolves when the last look is over. */
  stop(): Promise<void>;
}

const shortestPauseMs = 50;
const retryMs = 1_000;
/** A timer can't be set to much more than twenty days. */
const longestPauseMs = 86_400_000;

/**
 * Claims workflows whenever woken, as many as there is room for, and sets itself an alarm for the next turn that is due. When
 * there is no room it looks whether others wait for it: then whoever had its time gives its place up.
 */
export function startClaiming(
  adapter: AdapterContext,
  held: ReadonlyMap<string, Held>,
  onClaim: (claim: Claim, claimedAt: number) => void,
): Claiming {
  const { pulse, log, refused, id: adapterId, leaseTtlMs: ttlMs, turnMs, concurrency, limits } = adapter;
  let alarm: NodeJS.Timeout | undefined;
  let alarmAt = Number.POSITIVE_INFINITY;
  let looking: Promise<void> | undefined;
  let isNudged = false;
  let nudgedInVainAt = Number.NEGATIVE_INFINITY;
  /** The definitions of which some workflow is due and finds no place, or that could give up one to those of others. */
  let crowded: ReadonlySet<string> = new Set();
  let isStopped = false;
  /** While it looks: what becomes free then may be missing in what it finds. */
  let isLooking = false;

  function wake(delayMs = 0): void {
    const at = performance.now() + delayMs;
    if (isStopped || at >= alarmAt) return;
    clearTimeout(alarm);
    alarmAt = at;
    alarm = setTimeout(look, Math.min(delayMs, longestPauseMs));
  }

  function look(): void {
    alarmAt = Number.POSITIVE_INFINITY;
    const before = looking ?? Promise.resolve();
    looking = before
      .then(() => {
        isLooking = true;
        return claim();
      })
      .catch((error: Error) => {
        log(`no work can be claimed: ${error.message}`);
        wake(retryMs);
      })
      .finally(() => {
        isLooking = false;
      });
  }

  async function claim(): Promise<void> {
    if (isStopped) return;
    const names = [...adapter.definitions.keys()].filter((name) => !refused.isLeftToOthers(name));
    const room = concurrency - [...held.values()].filter(({ isParked }) => !isParked).length;
    if (room <= 0 && crowded.size === names.length) return; // A place that becomes free wakes it.
    const claimedAt = performance.now();
    const wasNudged = isNudged;
    isNudged = false;
    const limit = Math.max(0, room);
    const except = [...held.keys()];
    const claims = limit > 0 ? await claimWorkflows(pulse, { adapterId, names, limits, limit, ttlMs, except }) : [];
    for (const claimed of claims) onClaim(claimed, claimedAt);
    if (isStopped) return;
    if (wasNudged && claims.length === 0) nudgedInVainAt = claimedAt;
    const { inMs, fullNames } = await findNextClaim(pulse, { names, limits, except: [...held.keys()] });
    const isFull = claims.length === limit;
    crowded = new Set(isFull && inMs === 0 ? names : fullNames);
    if (inMs !== null && !(isFull && inMs === 0)) wake(Math.max(inMs, shortestPauseMs));
  }

  return {
    wake,
    nudge: () => {
      isNudged = true;
      wake(Math.max(0, nudgedInVainAt + shortestPauseMs - performance.now()));
    },
    tellRoom: () => {
      if (isLooking || crowded.size > 0) wake();
    },
    tellFreed: (name) => {
      if (limits.has(name) && (isLooking || crowded.has(name))) wake();
    },
    isTurnOver: ({ name, claimedAt }) => crowded.has(name) && performance.now() - claimedAt >= turnMs,
    stop: async () => {
      isStopped = true;
      clearTimeout(alarm);
      await looking;
    },
  };
}
