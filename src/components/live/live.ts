import type { Query, QueryClient } from '@tanstack/react-query';
import type { PulseTrpcClient } from '#components/trpc/client.ts';
import { parseCursor } from '#domain/cursor.ts';
import type { TimelineEntry } from '#domain/event.ts';
import { control, splitKind } from '#domain/kind.ts';
import type { Workflow } from '#domain/workflow.ts';
import { applyToCache, findAsOf, placeInCache, readLiveQuery, sweepCache, type Unknown } from './apply-to-cache.ts';
import { openTabs } from './browser-tabs.ts';
import { type Connection, createStore, type Store } from './connection.ts';
import type { LiveEntry } from './entry.ts';
import { createEntryLog, type EntryLog } from './entry-log.ts';
import { followAlone } from './follow-alone.ts';
import { type Following, type FollowOptions, followLog } from './follow-log.ts';
import { createFrameQueue } from './frame-queue.ts';
import { shareLog } from './share-log.ts';

/** What keeps the tab's query cache true: the stream that it shares with the browser's other tabs. */
export interface Live {
  connection: Store<Connection>;
  /** Follows the log from the first snapshot's cursor; does nothing when it follows already. */
  start(asOf: string, lastEntryAt: string | null): void;
  /** Takes in a workflow that a call has answered, which may be ahead of the stream. */
  place(workflow: Workflow): void;
  /** Brings a snapshot that was just put into the cache up to where the stream is. */
  catchUp(queryKey: readonly unknown[]): void;
  /** Calls back with the entries of each frame. */
  onEntries(listener: (entries: TimelineEntry[]) => void): () => void;
  stop(): void;
}

const lingerMs = 4_000;
/** Who is further behind than this reads anew what it shows, rather than all that has happened. */
const maxBehind = 5_000;
/** Up to so many unknown workflows are read one by one; past it the lists are read again. */
const maxSingleReads = 5;
const countAgainMs = 2_000;

export function createLive(client: PulseTrpcClient, queryClient: QueryClient): Live {
  const connection = createStore<Connection>({ state: 'idle', lastEntryAt: null });
  const listeners = new Set<(entries: TimelineEntry[]) => void>();
  const queue = createFrameQueue<LiveEntry>(take);
  const leaving = new Map<string, number>();
  const readAgain = new Map<string, string>();
  /** Up to where the cache held the log when a query began to be read: what came since may be lost in its answer. */
  const begunAt = new WeakMap<Query, string>();
  let takenTo = '';
  let log: EntryLog | undefined;
  let following: Following | undefined;
  let forget: (() => void)[] = [];
  const uncertain = new Set<Query>();
  let counting: ReturnType<typeof setTimeout> | undefined;
  let sweeper: ReturnType<typeof setTimeout> | undefined;

  return { connection, start, place, catchUp, onEntries, stop };

  function start(asOf: string, lastEntryAt: string | null): void {
    if (following) return;
    if (connection.get().lastEntryAt === null) connection.set({ lastEntryAt });
    log = createEntryLog(asOf);
    takenTo = asOf;
    const options: FollowOptions = {
      client,
      after: asOf,
      onEntry: (item) => {
        log?.add([item]);
        queue.push(item);
      },
      onState: (state) => {
        if (state === 'live' && connection.get().state !== 'live') readFailed();
        connection.set({ state });
      },
      onReturn: goOn,
      onReplaced: () => beginAgain(),
    };
    const tabs = openTabs();
    following = tabs
      ? shareLog({ ...options, tabs, follow: followLog, log: () => log as EntryLog })
      : followAlone(options);
    const { reconnect } = following;
    const onVisibility = () => {
      if (document.visibilityState === 'visible' && connection.get().state !== 'live') reconnect();
    };
    window.addEventListener('online', reconnect);
    window.addEventListener('offline', reconnect); // The server may be on this machine: only trying tells.
    document.addEventListener('visibilitychange', onVisibility);
    forget = [
      () => window.removeEventListener('online', reconnect),
      () => window.removeEventListener('offline', reconnect),
      () => document.removeEventListener('visibilitychange', onVisibility),
      queryClient.getQueryCache().subscribe((event) => {
        if (event.type !== 'updated') return;
        if (event.action.type === 'fetch') begunAt.set(event.query, takenTo);
        if (event.action.type === 'success' && !event.action.manual)
          queueMicrotask(() => catchUpQuery(event.query, begunAt.get(event.query)));
      }),
    ];
  }

  function stop(): void {
    following?.close();
    following = undefined;
    for (const undo of forget) undo();
    forget = [];
    queue.clear();
    clearTimeout(sweeper);
    clearTimeout(counting);
  }

  function take(items: LiveEntry[]): void {
    readUnknown(applyToCache(queryClient, items));
    takenTo = items.at(-1)?.cursor ?? takenTo;
    connection.set({ lastEntryAt: items.at(-1)?.entry.occurredAt ?? null });
    noteLeaving(items);
    for (const listener of listeners) listener(items.map(({ entry }) => entry));
  }

  async function goOn(cursor: string): Promise<string> {
    const asOf = await readHead();
    const [known, head] = [parseCursor(cursor), parseCursor(asOf)];
    const isNear = known?.logId === head?.logId && Number(head?.position) - Number(known?.position) <= maxBehind;
    return isNear ? cursor : beginAgain(asOf);
  }

  /** What could not be read while the server was away. Of what was read before, the stream brings the rest. */
  function readFailed(): void {
    void queryClient.refetchQueries({
      type: 'active',
      predicate: ({ state }) => state.status === 'error' && state.data === undefined,
    });
  }

  async function readHead(): Promise<string> {
    return (await client.workflow.list.query({ limit: 1 })).asOf;
  }

  /** The log was replaced or restored, or has gone far ahead: whatever is cached is read anew. */
  async function beginAgain(head?: string): Promise<string> {
    const asOf = head ?? (await readHead());
    queue.clear();
    log = createEntryLog(asOf);
    takenTo = asOf;
    readAgain.clear();
    void queryClient.resetQueries({ predicate: (query) => readLiveQuery(query) !== undefined });
    return asOf;
  }

  function catchUp(queryKey: readonly unknown[]): void {
    const query = queryClient.getQueryCache().find({ queryKey, exact: true });
    if (query) catchUpQuery(query);
  }

  /** Applies what came after `since`, or after the snapshot was read. */
  function catchUpQuery(query: Query, since?: string): void {
    const live = readLiveQuery(query);
    if (!live || !log) return;
    const asOf = since ?? findAsOf(live);
    if (asOf === undefined) {
      applyToCache(queryClient, log.all(), [query]);
      return;
    }
    const lacking = log.since(asOf);
    if (lacking) readUnknown(applyToCache(queryClient, lacking, [query]));
    else if (readAgain.get(query.queryHash) !== asOf) {
      readAgain.set(query.queryHash, asOf);
      void queryClient.invalidateQueries({ queryKey: query.queryKey, exact: true });
    }
  }

  function readUnknown({ keys, counts }: Unknown): void {
    for (const query of counts) uncertain.add(query);
    if (uncertain.size > 0) counting ??= setTimeout(countAgain, countAgainMs);
    if (keys.size > maxSingleReads) {
      void queryClient.invalidateQueries({ predicate: (query) => readLiveQuery(query)?.holds === 'list' });
      return;
    }
    for (const key of keys) client.workflow.get.query({ key }).then(place, () => {}); // The next change brings it.
  }

  /** Not at once: at hundreds of events a second that would be as many counts. */
  function countAgain(): void {
    counting = undefined;
    for (const { queryKey } of uncertain) void queryClient.invalidateQueries({ queryKey, exact: true });
    uncertain.clear();
  }

  function place(workflow: Workflow): void {
    placeInCache(queryClient, workflow);
    noteLeaver(workflow.key);
  }

  function noteLeaving(items: LiveEntry[]): void {
    for (const { entry } of items) {
      const { tail } = splitKind(entry.kind);
      if (entry.type === 'event' && (tail === control.abort || tail === control.end)) noteLeaver(entry.key);
    }
  }

  /** A workflow that has changed its status stays where it is for a moment, so that one sees what became of it. */
  function noteLeaver(key: string): void {
    leaving.set(key, Date.now() + lingerMs);
    sweeper ??= setTimeout(sweep, lingerMs);
  }

  function sweep(): void {
    sweeper = undefined;
    const now = Date.now();
    const gone = new Set([...leaving].filter(([, at]) => at <= now).map(([key]) => key));
    for (const key of gone) leaving.delete(key);
    if (gone.size > 0) sweepCache(queryClient, gone);
    if (leaving.size > 0) sweeper = setTimeout(sweep, Math.max(50, Math.min(...leaving.values()) - now));
  }

  function onEntries(listener: (entries: TimelineEntry[]) => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }
}
