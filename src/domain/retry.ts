import type { RoundResult } from './moderator.ts';

/** How a round can end that did not succeed. */
export type Failure = Exclude<RoundResult['outcome'], 'succeeded'>;

/** Which rounds are tried again, before the moderator is asked. */
export interface RetryPolicy {
  /** How often a round is tried, the first time included. */
  attempts: number;
  /** What is tried again: rounds with these outcomes, or those for which it answers true. Default: whatever did not succeed. */
  on?: readonly Failure[] | ((round: RoundResult) => boolean);
  /** The pause before the second try. Default: 1000; 0 for none. */
  backoffMs?: number;
  /** How many times as long as the one before each further pause is. Default: 2. */
  factor?: number;
  /** The longest pause. Default: 300 000. */
  maxBackoffMs?: number;
}

/** The try that comes next. */
export interface Retry {
  role: string;
  /** 2 for the first repetition. */
  attempt: number;
  /** From the end of the last try. */
  backoffMs: number;
}

/**
 * Decides from finished rounds whether the last one is tried again.
 *
 * Tries of a round are rounds of the same role, one right after the other. `policyOf` gives the policy of a role, if it has one.
 * **Shape** null when the moderator is to be asked: the round succeeded, its policy does not name it, or the tries are used up.
 */
export function decideRetry(
  history: readonly RoundResult[],
  policyOf: (role: string) => RetryPolicy | undefined,
): Retry | null {
  let tried = 0;
  let next: Retry | null = null;
  for (const round of history) {
    tried = next?.role === round.role ? next.attempt : 1;
    next = retryAfter(round, tried, policyOf(round.role));
  }
  return next;
}

function retryAfter(round: RoundResult, tried: number, policy: RetryPolicy | undefined): Retry | null {
  if (!policy || tried >= policy.attempts || round.outcome === 'succeeded' || !isNamed(round, policy)) return null;
  const { backoffMs = 1_000, factor = 2, maxBackoffMs = 300_000 } = policy;
  return {
    role: round.role,
    attempt: tried + 1,
    backoffMs: Math.min(backoffMs * factor ** (tried - 1) || 0, maxBackoffMs),
  };
}

function isNamed(round: RoundResult, { on }: RetryPolicy): boolean {
  if (on === undefined) return true;
  return typeof on === 'function' ? on(round) : on.some((outcome) => outcome === round.outcome);
}

/** **Errors** an Error for a policy that can't be followed. */
export function checkRetry(policy: RetryPolicy | undefined): void {
  if (!policy) return;
  const { attempts, backoffMs = 0, factor = 1, maxBackoffMs = 0 } = policy;
  if (!Number.isInteger(attempts) || attempts < 1) throw new Error('retry.attempts must be a whole number from 1');
  if (!(backoffMs >= 0 && maxBackoffMs >= 0 && factor >= 1 && factor < Number.POSITIVE_INFINITY))
    throw new Error('retry.backoffMs and retry.maxBackoffMs must be from 0, and retry.factor from 1');
}
