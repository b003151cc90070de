import { setAlarm } from './alarm.ts';
import type { Held } from './held.ts';

/** Why a round was stopped before its role had ended: the role's time was up, or the workflow's. */
export type Expiry = 'role' | 'workflow';

/** What may stop a round. */
export interface RoundLimit {
  /** Fires when the workflow is interrupted, and when time is up. */
  signal: AbortSignal;
  /** What ran out before anything else had stopped the round, or null. */
  expired(): Expiry | null;
  /** When the signal fired, by `performance.now()`; now when it has not. */
  firedAt(): number;
  /** Lets the signal fire no more. */
  clear(): void;
}

/** Watches the time of a round that begins now; `onExpire` is called in the moment in which the signal fires for that. */
export function limitRound(
  held: Held,
  interrupted: AbortSignal,
  { timeoutMs = Number.POSITIVE_INFINITY, leftMs }: { timeoutMs: number | undefined; leftMs: number },
  onExpire: (expiry: Expiry) => void,
): RoundLimit {
  const controller = new AbortController();
  let expiry: Expiry | null = null;
  let expiredAt: number | undefined;

  function expire(what: Expiry, reason: string): void {
    if (expiry || interrupted.aborted) return;
    expiry = what;
    expiredAt = performance.now();
    controller.abort(new DOMException(reason, 'TimeoutError'));
    onExpire(what);
  }

  // Not AbortSignal.any: what has listeners of that is kept for good.
  const onInterrupt = () => controller.abort(interrupted.reason);
  interrupted.addEventListener('abort', onInterrupt, { once: true });
  if (interrupted.aborted) onInterrupt();
  const alarms = [
    setAlarm(timeoutMs, () => expire('role', `the role's time is up: ${timeoutMs} ms`)),
    setAlarm(leftMs, () => expire('workflow', "the workflow's time is up")),
  ];
  return {
    signal: controller.signal,
    expired: () => expiry,
    firedAt: () => expiredAt ?? held.interruption?.at ?? performance.now(),
    clear: () => {
      interrupted.removeEventListener('abort', onInterrupt);
      for (const cancel of alarms) cancel();
    },
  };
}
