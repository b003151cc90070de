import { PulseError } from '#domain/errors.ts';
import type { PulseEvent } from '#domain/event.ts';
import { control, splitKind } from '#domain/kind.ts';
import { readWait } from '#domain/wait.ts';
import { toUnavailable } from '../db/connection.ts';
import type { Pulse } from '../pulse.ts';

/** A request that is not answered before something has happened. */
export interface Poll {
  /**
   * Waits for what the poll is for, which may have happened since it began.
   *
   * **Shape** the event; null once `ms` milliseconds have passed, or the client has gone.
   * **Errors** `UNAVAILABLE` when the log can't be followed any more.
   */
  wait(ms: number, signal: AbortSignal): Promise<PulseEvent | null>;
  /** Must be called in the end. An offer that it has heard of and not waited for goes to the next. */
  leave(): void;
}

/** What the long polls of this process wait for: one reader of the log tells them all, and none holds a connection. */
export interface Polls {
  /**
   * An offer of one of these roles, as `<definition>.<role>`. Each offer wakes the one who has waited longest, and no other.
   * Where a definition has a limit, all are woken by what may have made a place free.
   */
  forOffer(roles: readonly string[], limitedNames?: readonly string[]): Promise<Poll>;
  /** What takes a workflow's running round away from whoever runs it. */
  forRound(key: string): Promise<Poll>;
}

interface Waiter {
  heard: PulseEvent | null;
  failure: unknown;
  wake(): void;
}

/** As many as there may be streams. */
const mostPolls = 2_000;
const retryAfterMs = 5_000;

const ofLogs = new WeakMap<Pulse, Polls>();

/** Finds the polls of a log. **Errors** of each: `UNAVAILABLE` with `retryAfterMs` when there are too many. */
export function pollsOf(pulse: Pulse): Polls {
  const polls = ofLogs.get(pulse) ?? createPolls(pulse);
  ofLogs.set(pulse, polls);
  return polls;
}

function createPolls(pulse: Pulse): Polls {
  /** By what they wait for, in the order in which they came. */
  const waiters = new Map<string, Set<Waiter>>();
  let places = mostPolls;
  let following: { ready: Promise<void>; stop: AbortController } | undefined;

  return {
    forOffer: (roles, limitedNames = []) =>
      begin([...roles.map((role) => `offer ${role}`), ...limitedNames.map((name) => `place ${name}`)]),
    forRound: (key) => begin([`round ${key}`]),
  };

  async function begin(topics: readonly string[]): Promise<Poll> {
    if (places <= 0) {
      const reason = `${mostPolls} requests are waiting, as many as this server may have`;
      throw new PulseError('UNAVAILABLE', `${reason}; try again in a moment`, { reason, retryAfterMs });
    }
    const waiter: Waiter = { heard: null, failure: null, wake: () => {} };
    places -= 1;
    for (const topic of topics) waiters.set(topic, (waiters.get(topic) ?? new Set()).add(waiter));
    const leave = () => {
      places += 1;
      for (const topic of topics) remove(topic, waiter);
      if (waiters.size === 0) stopFollowing();
      if (waiter.heard) tellOne(waiter.heard);
    };
    try {
      await follow();
    } catch (error) {
      leave();
      throw toUnavailable(error);
    }
    return { wait: (ms, signal) => waitFor(waiter, ms, signal), leave };
  }

  function remove(topic: string, waiter: Waiter): void {
    const others = waiters.get(topic);
    others?.delete(waiter);
    if (others?.size === 0) waiters.delete(topic);
  }

  /** Resolves when whatever is committed from now on will be heard of. */
  function follow(): Promise<void> {
    if (!following) {
      const stop = new AbortController();
      const ready = pulse.head().then((after) => void readOn(after, stop.signal));
      ready.catch(stopFollowing);
      following = { ready, stop };
    }
    return following.ready;
  }

  function stopFollowing(): void {
    following?.stop.abort();
    following = undefined;
  }

  async function readOn(after: Awaited<ReturnType<Pulse['head']>>, signal: AbortSignal): Promise<void> {
    try {
      for await (const { entry } of pulse.tail({ after, eventsOnly: true, signal })) {
        if (entry.type === 'event') hear(entry);
      }
    } catch (failure) {
      if (signal.aborted) return;
      stopFollowing();
      for (const waiter of [...waiters.values()].flatMap((some) => [...some])) {
        waiter.failure = failure;
        waiter.wake();
      }
    }
  }

  function hear(event: PulseEvent): void {
    const { name, tail } = splitKind(event.kind);
    // Also an event that is no control's: with its result a worker gives its place back.
    if (tail !== control.start && tail !== control.round)
      for (const waiter of waiters.get(`place ${name}`) ?? []) tell(waiter, event);
    switch (tail) {
      case control.wait:
        tellOne(event);
        break;
      case control.abort:
      case control.end:
      case control.stopped:
        for (const waiter of waiters.get(`round ${event.key}`) ?? []) tell(waiter, event);
    }
  }

  function tellOne(event: PulseEvent): void {
    const wait = readWait(event.payload);
    if (wait?.reason !== 'worker') return;
    for (const waiter of waiters.get(`offer ${wait.kind}`) ?? []) {
      if (waiter.heard) continue;
      tell(waiter, event);
      return;
    }
  }
}

function tell(waiter: Waiter, event: PulseEvent): void {
  waiter.heard ??= event;
  waiter.wake();
}

async function waitFor(waiter: Waiter, ms: number, signal: AbortSignal): Promise<PulseEvent | null> {
  if (!waiter.heard && !waiter.failure && !signal.aborted) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(wake, ms);
      signal.addEventListener('abort', wake);
      waiter.wake = wake;
      function wake(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        resolve();
      }
    });
  }
  if (waiter.failure) throw toUnavailable(waiter.failure);
  const { heard } = waiter;
  waiter.heard = null;
  return heard;
}
