import { parseCursor } from '#domain/cursor.ts';
import type { ConnectionState } from './connection.ts';
import { covers, isCovered, type LiveEntry, laterOf } from './entry.ts';
import type { EntryLog } from './entry-log.ts';
import type { Following, FollowOptions } from './follow-log.ts';

/** What one tab tells the others. `after` and `to` are cursors: a batch holds all that lies between them. */
export type TabMessage =
  | { type: 'batch'; after: string; items: LiveEntry[]; to: string }
  | { type: 'state'; state: ConnectionState; at: string }
  | { type: 'ask'; tab: string; after: string }
  | { type: 'answer'; tab: string; after: string; items: LiveEntry[] | null; to: string; state: ConnectionState };

/** What tabs of one browser have in common. */
export interface Tabs {
  /** Names this tab. */
  id: string;
  send(message: TabMessage): void;
  onMessage(listener: (message: TabMessage) => void): () => void;
  /**
   * Waits to be the one tab that leads, and calls back when it is. `release` gives the lead, or the waiting, up.
   * `seize` takes the lead from a tab that does not answer; `onLost` is called in the tab that it is taken from.
   */
  lead(onLead: () => void, onLost: () => void): { seize(): void; release(): void };
  isVisible(): boolean;
}

interface ShareOptions extends FollowOptions {
  tabs: Tabs;
  follow: (options: FollowOptions) => Following;
  /** The newest entries that this tab knows, to answer others from. */
  log: () => EntryLog;
  now?: () => number;
}

const askAgainMs = 1_000;
const lookEveryMs = 4_000;
const silenceMs = 10_000;
const patienceMs = 4_000;

/**
 * Follows the log over one connection for all tabs of the browser: one tab leads and tells the others.
 *
 * Every tab keeps a cursor of its own. One that finds that it lacks something asks for it; one that lacks more than the leader
 * still has begins again. So it does not matter which tab leads, when that changes, or what got lost in between.
 */
export function shareLog(options: ShareOptions): Following {
  const { tabs, follow, log, onEntry, onState, onReturn, onReplaced, now = Date.now } = options;
  let cursor = options.after;
  let state: ConnectionState = 'connecting';
  let following: Following | undefined;
  let outbox: LiveEntry[] = [];
  let outboxAfter = cursor;
  let heardAt = now();
  let askedAt: number | undefined; // Since when no ask was answered.
  let sentAt = 0;
  let beginning = false;
  let closed = false;

  const scheduler = new MessageChannel(); // Timers of a tab that nobody sees are late by seconds.
  scheduler.port1.onmessage = sendOutbox;
  const forget = tabs.onMessage(hear);
  const leadership = tabs.lead(beginToLead, stopLeading);
  const looking = setInterval(look, lookEveryMs);
  onState(state);
  ask();

  return {
    reconnect: () => (following ? following.reconnect() : ask()),
    close: () => {
      closed = true;
      stopLeading();
      leadership.release();
      forget();
      clearInterval(looking);
      scheduler.port1.close();
    },
  };

  function beginToLead(): void {
    if (closed) return;
    outbox = [];
    askedAt = undefined;
    following = follow({
      ...options,
      after: cursor,
      onEntry: (item) => {
        if (outbox.length === 0) {
          outboxAfter = cursor;
          scheduler.port2.postMessage(null);
        }
        outbox.push(item);
        take(item);
      },
      onState: (next) => {
        setState(next);
        sendOutbox();
        tabs.send({ type: 'state', state, at: cursor });
      },
      onReturn: async () => moveTo(await onReturn(cursor)),
      onReplaced: async () => moveTo(await onReplaced()),
    });
  }

  function moveTo(next: string): string {
    sendOutbox();
    cursor = next;
    return next;
  }

  function stopLeading(): void {
    following?.close();
    following = undefined;
    outbox = [];
    heardAt = now();
  }

  function sendOutbox(): void {
    if (outbox.length === 0 || !following) return;
    tabs.send({ type: 'batch', after: outboxAfter, items: outbox, to: cursor });
    outbox = [];
  }

  function hear(message: TabMessage): void {
    if (closed) return;
    if (message.type === 'ask') {
      if (following) answer(message);
      return;
    }
    if (following || (message.type === 'answer' && message.tab !== tabs.id)) return;
    heardAt = now();
    if (message.type !== 'batch') setState(message.state);
    if (message.type === 'state') {
      sentAt = 0; // It may be another leader, who was not asked yet.
      if (!covers(cursor, message.at)) ask();
      return;
    }
    if (message.type === 'answer') {
      askedAt = undefined;
      sentAt = 0;
    }
    if (message.items === null || isOtherLog(message.to)) void beginAgain();
    else if (covers(cursor, message.after)) {
      for (const item of message.items) take(item);
      cursor = laterOf(cursor, message.to);
    } else ask();
  }

  function answer({ tab, after }: Extract<TabMessage, { type: 'ask' }>): void {
    sendOutbox();
    const items = log().since(after) ?? null;
    tabs.send({ type: 'answer', tab, after, items: covers(after, cursor) ? [] : items, to: cursor, state });
  }

  /** Tells the leader from where on this tab lacks entries; what comes until it answers can't be used. */
  function ask(): void {
    if (following || beginning || closed) return;
    if (now() - sentAt < askAgainMs) return;
    sentAt = now();
    askedAt ??= sentAt;
    tabs.send({ type: 'ask', tab: tabs.id, after: cursor });
  }

  function take(item: LiveEntry): void {
    if (isCovered(cursor, item.entry)) return;
    cursor = laterOf(cursor, item.cursor);
    onEntry(item);
  }

  /** A tab that is seen does not put up with a leader that says nothing: the system may have put that one to sleep. */
  function look(): void {
    if (following || !tabs.isVisible()) return;
    const isSilent = now() - heardAt > silenceMs;
    if (isSilent && askedAt !== undefined && now() - askedAt > patienceMs) leadership.seize();
    else if (isSilent || askedAt !== undefined) ask();
  }

  async function beginAgain(): Promise<void> {
    if (beginning) return;
    beginning = true;
    try {
      cursor = await onReplaced();
    } catch {
      // Asked again later, which leads here again.
    }
    beginning = false;
    ask();
  }

  function setState(next: ConnectionState): void {
    state = next;
    onState(next);
  }

  function isOtherLog(at: string): boolean {
    return parseCursor(at)?.logId !== parseCursor(cursor)?.logId;
  }
}
