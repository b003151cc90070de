import { createPulseClient, type PulseEvent, toPulseError } from '#client/index.ts';
import type { Append } from '#server/log/append.ts';
import { selectEntries } from './check/check-subscriptions.ts';
import { type Journal, note, type Subscription } from './journal.ts';
import { subscribe } from './subscriber.ts';
import { tellAppends } from './tell-appends.ts';
import { type Known, learn } from './view.ts';
import { work } from './work.ts';

/** A tool that uses the web server: it appends at random through its procedures and follows its event streams. */
export interface HttpWriter {
  begin(): void;
  stopWork(): void;
  isRested(): boolean;
  /** Which stream has not given all events up to a position. */
  findUnseen(position: number): string | undefined;
  close(): Promise<void>;
}

const name = 'http';
const oneKey = 'free-1-0';

export function startHttpWriter({ seed, url, journal }: { seed: number; url: string; journal: Journal }): HttpWriter {
  const stopping = new AbortController();
  const closing = new AbortController();
  const view = new Map<string, Known>();
  const whole: Subscription = { filter: { eventsOnly: true }, entries: [] };
  const ofOneKey: Subscription = { filter: { eventsOnly: true, key: oneKey }, entries: [] };
  journal.subscriptions.set('the stream of all events', whole).set(`the stream of ${oneKey}`, ofOneKey);
  const take = (subscription: Subscription) => (event: PulseEvent) => {
    subscription.entries.push({ type: 'event', ...event });
    if (subscription === whole) learn(view, { type: 'event', ...event });
  };
  const following = Promise.all([
    subscribe(url, { signal: closing.signal, onEvent: take(whole) }),
    subscribe(url, { signal: closing.signal, onEvent: take(ofOneKey), key: oneKey }),
  ]);

  const append = tellAppends(openDoor(url), name, async (told) => note(journal, told));
  const leases = new Map();
  let isRested = false;

  async function begin(): Promise<void> {
    const beganAtMs = Date.now();
    await work({ name, seed, append, view, leases, beganAtMs, isWhole: false, stopping: stopping.signal });
    isRested = true;
  }

  return {
    begin: () => void begin(),
    stopWork: () => stopping.abort(),
    isRested: () => isRested,
    findUnseen: (position) => {
      if (whole.entries.length < position) return 'the stream of all events has not given all';
      const expected = selectEntries(whole.entries, ofOneKey.filter).length;
      return ofOneKey.entries.length < expected ? `the stream of ${oneKey} has not given all` : undefined;
    },
    close: async () => {
      closing.abort();
      await following;
    },
  };
}

/** The way in over HTTP: one event at a time. */
function openDoor(url: string): Append {
  const client = createPulseClient({ url });
  return async ({ key, events, commandId, expectedSequence }) => {
    const [event] = events;
    if (!event) return { events: [], workflow: null };
    const asking = client.event.append.mutate({ ...event, key, commandId, expectedSequence });
    const stored = await asking.catch((error) => {
      throw toPulseError(error);
    });
    return { events: [stored], workflow: null };
  };
}
