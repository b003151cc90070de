import type { Claim } from '#server/leases/claim-workflows.ts';
import { setAlarm } from './alarm.ts';

/** Why an adapter stops working on a workflow before it has ended by itself. */
export interface Interruption {
  /**
   * `aborted`, `ended`: by somebody else's event. `fenced`: the epoch was raised, the event has not been seen yet.
   * `lost`: the lease may be another adapter's. `stopping`: the adapter stops and hands the workflow back.
   */
  cause: 'aborted' | 'ended' | 'fenced' | 'lost' | 'stopping';
  /** What the role's signal tells. */
  reason: string;
  /** By `performance.now()`. */
  at: number;
}

/** A workflow whose lease this adapter holds, as seen by the parts that watch over it and the runner that works on it. */
export interface Held extends Claim {
  /** By `performance.now()`. */
  claimedAt: number;
  /** When the lease was known to be held, by `performance.now()`. */
  renewedAt: number;
  /** Whether its runner only waits for news, which takes none of the adapter's capacity. */
  isParked: boolean;
  interruption: Interruption | null;
  /** Whether the workflow is to be left as it is when the database does not answer. */
  isGivenUp: boolean;
  /** The sequence of the last event of others that has been seen. */
  newsSequence: number;
  /** Stops the running role at once; the first cause stays. */
  interrupt(cause: Interruption['cause'], reason: string): void;
  /** Tells the runner that somebody else's event has happened to the workflow. */
  notify(sequence: number): void;
  /** Gives the next role its signal, which has fired already when the workflow is interrupted. */
  openSignal(): AbortSignal;
  /** Parks the workflow until somebody else's event past a sequence is seen, an interruption, or a time is over. */
  waitForNews(afterSequence: number, timeoutMs: number): Promise<void>;
}

export function createHeld(claim: Claim, claimedAt: number, onPark: () => void): Held {
  let controller = new AbortController();
  let wake = () => {};
  const held: Held = {
    ...claim,
    claimedAt,
    renewedAt: claimedAt,
    isParked: false,
    interruption: null,
    isGivenUp: false,
    newsSequence: 0,
    interrupt: (cause, reason) => {
      if (cause === 'lost' || cause === 'stopping') held.isGivenUp = true;
      if (held.interruption) return;
      held.interruption = { cause, reason, at: performance.now() };
      controller.abort(new DOMException(reason, 'AbortError'));
      wake();
    },
    notify: (sequence) => {
      held.newsSequence = sequence;
      wake();
    },
    openSignal: () => {
      controller = new AbortController();
      if (held.interruption) controller.abort(new DOMException(held.interruption.reason, 'AbortError'));
      return controller.signal;
    },
    waitForNews: async (afterSequence, timeoutMs) => {
      let isOver = false;
      const cancel = setAlarm(timeoutMs, () => {
        isOver = true;
        wake();
      });
      held.isParked = true;
      onPark();
      while (held.newsSequence <= afterSequence && !held.interruption && !isOver) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      held.isParked = false;
      cancel();
    },
  };
  return held;
}
