import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ConnectionState } from './connection.ts';
import { covers, type LiveEntry } from './entry.ts';
import { createEntryLog } from './entry-log.ts';
import type { FollowOptions } from './follow-log.ts';
import { shareLog, type TabMessage, type Tabs } from './share-log.ts';
import { cursorAt, liveEvent } from './testing.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] }));
afterEach(() => void vi.useRealTimers());

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Waits for what tabs come to, however busy the machine is: messages between them take their time. */
async function eventually(check: () => void): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    try {
      return check();
    } catch {
      await settle();
      vi.advanceTimersByTime(1_000);
    }
  }
  check();
}

interface TestTab {
  id: string;
  seen: string[];
  states: ConnectionState[];
  /** At which position. */
  openedAt: number;
  isOpen: boolean;
  /** How often it has read anew. */
  resets(): number;
  hear(message: TabMessage): void;
  /** The system puts the tab to sleep: it keeps the lead, and does nothing. */
  sleep(asleep: boolean): void;
  close(): void;
}

/** A browser whose tabs hear each other, and the server that they follow. */
function makeBrowser({ maxEntries = 5_000 } = {}) {
  const stored: LiveEntry[] = [];
  const tabs: TestTab[] = [];
  const connections = new Set<(item: LiveEntry) => void>();
  const waiting: { onLead: () => void; onLost: () => void }[] = [];
  let mostConnections = 0;

  const lead: Tabs['lead'] = (onLead, onLost) => {
    let leads = false;
    const place = {
      onLead: () => {
        if (waiting[0] !== place || leads) return;
        leads = true;
        onLead();
      },
      onLost: () => {
        leads = false;
        onLost();
      },
    };
    waiting.push(place);
    queueMicrotask(place.onLead);
    const leave = () => {
      const wasFirst = waiting[0] === place;
      if (waiting.includes(place)) waiting.splice(waiting.indexOf(place), 1);
      if (wasFirst) queueMicrotask(() => waiting[0]?.onLead());
    };
    return {
      release: leave,
      seize() {
        if (waiting[0] === place) return;
        waiting.splice(waiting.indexOf(place), 1);
        const [before] = waiting.splice(0, 1);
        before?.onLost();
        if (before) waiting.push(before);
        waiting.unshift(place);
        place.onLead();
      },
    };
  };

  function follow({ after, onEntry, onState }: FollowOptions) {
    connections.add(onEntry);
    mostConnections = Math.max(mostConnections, connections.size);
    queueMicrotask(() => {
      if (!connections.has(onEntry)) return;
      onState('live');
      for (const item of stored.filter(({ cursor }) => !covers(after, cursor))) onEntry(item);
    });
    return { reconnect: () => {}, close: () => void connections.delete(onEntry) };
  }

  function open(): TestTab {
    const id = `tab ${tabs.length}`;
    const after = cursorAt(stored.length);
    const log = createEntryLog(after, { maxEntries });
    const seen: string[] = [];
    const states: ConnectionState[] = [];
    let resets = 0;
    let hear: ((message: TabMessage) => void) | undefined;
    let isAsleep = false;
    const following = shareLog({
      client: undefined as never,
      after,
      tabs: {
        id,
        send: (message) => {
          for (const other of tabs) if (!isAsleep && other.id !== id) queueMicrotask(() => other.hear(message));
        },
        onMessage: (listener) => {
          hear = listener;
          return () => {
            hear = undefined;
          };
        },
        lead,
        isVisible: () => true,
      },
      follow,
      log: () => log,
      onEntry: (item) => {
        log.add([item]);
        seen.push(item.cursor);
      },
      onState: (state) => void states.push(state),
      onReturn: async (cursor) => cursor,
      onReplaced: async () => {
        resets += 1;
        return cursorAt(stored.length);
      },
    });
    const tab: TestTab = {
      id,
      seen,
      states,
      openedAt: stored.length,
      isOpen: true,
      resets: () => resets,
      hear: (message) => {
        if (!isAsleep) hear?.(message);
      },
      sleep: (asleep) => {
        isAsleep = asleep;
      },
      close: () => {
        tab.isOpen = false;
        following.close();
      },
    };
    tabs.push(tab);
    return tab;
  }

  return {
    tabs,
    open,
    append(count = 1) {
      for (let n = 0; n < count; n += 1) {
        const item = liveEvent(stored.length + 1, 'a', 'meta.note');
        stored.push(item);
        for (const onEntry of connections) onEntry(item);
      }
    },
    /** The cursors of all that was appended since a position. */
    since: (position: number) => stored.slice(position).map(({ cursor }) => cursor),
    connections: () => connections.size,
    mostConnections: () => mostConnections,
  };
}

test('however tabs come and go, each open one sees every entry once and in order, over one connection', async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 3 }) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('open' as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('close' as const), which: fc.nat(8) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const browser = makeBrowser();
      browser.open();
      for (const step of steps) {
        const open = browser.tabs.filter(({ isOpen }) => isOpen);
        if (step.do === 'append') browser.append(step.count);
        else if (step.do === 'open') browser.open();
        else if (step.do === 'close') open[step.which]?.close();
        else await settle();
      }
      const open = browser.tabs.filter(({ isOpen }) => isOpen);
      await eventually(() => {
        for (const tab of open) {
          expect(tab.seen).toEqual(browser.since(tab.openedAt));
          expect(tab.states.at(-1)).toBe('live');
        }
      });
      for (const tab of open) tab.close();
      expect(browser.mostConnections()).toBeLessThanOrEqual(1);
      expect(browser.connections()).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test('a leader that was put to sleep is replaced by a tab that is seen', async () => {
  const browser = makeBrowser();
  const [first, second] = [browser.open(), browser.open()];
  await settle();
  first.sleep(true);
  browser.append(2);
  await eventually(() => expect(second.seen).toEqual(browser.since(0)));
  expect(browser.connections()).toBe(1);
});

test('a tab that is further behind than the leader can tell reads anew, once', async () => {
  const browser = makeBrowser({ maxEntries: 10 });
  const [, late] = [browser.open(), browser.open()];
  await settle();
  late.sleep(true);
  browser.append(50);
  await settle();
  late.sleep(false);
  browser.append();
  await settle();
  await eventually(() => expect(late.resets()).toBe(1));
  browser.append();
  await eventually(() => expect(late.seen).toEqual(browser.since(51)));
  expect(late.resets()).toBe(1);
});
