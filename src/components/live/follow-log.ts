import { leaveIfSignedOut } from '#components/access/leave-if-signed-out.ts';
import type { PulseTrpcClient } from '#components/trpc/client.ts';
import { readError } from '#components/trpc/errors.ts';
import type { ConnectionState } from './connection.ts';
import type { LiveEntry } from './entry.ts';

export interface FollowOptions {
  client: PulseTrpcClient;
  /** The cursor from which to follow. */
  after: string;
  onEntry: (item: LiveEntry) => void;
  onState: (state: ConnectionState) => void;
  /** It was cut off and comes back. Gives the cursor from which to go on: that one, or of a new snapshot when it is far behind. */
  onReturn: (cursor: string) => Promise<string>;
  /** The log is not the one it was. Gives the cursor of a new snapshot from which to go on. */
  onReplaced: () => Promise<string>;
}

export interface Following {
  /** Tries again now: the network is back, or may be gone. */
  reconnect(): void;
  close(): void;
}

const settleMs = 150;
const patienceMs = 4_000;
const offlineAfterMs = 12_000;
const maxWaitMs = 10_000;

/**
 * Follows the log over one subscription.
 *
 * Whatever cuts it off, it connects again and goes on after the last entry that it has seen.
 */
export function followLog({ client, after, onEntry, onState, onReturn, onReplaced }: FollowOptions): Following & {
  /** Lets the connection go, until it is told to reconnect. */
  rest(): void;
} {
  let cursor = after;
  let attempts = 0;
  let closed = false;
  let wasLive = false;
  let subscription: { unsubscribe(): void } | undefined;
  let connection = 0; // Numbers the connections: what an earlier one still says is not listened to.
  let settling: ReturnType<typeof setTimeout> | undefined;
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  let lostAt = Date.now();
  let told: ConnectionState | undefined;

  connect();
  return {
    reconnect: () => {
      attempts = 0;
      connect();
    },
    rest: () => {
      disconnect();
      lostAt = 0;
      tell('reconnecting');
    },
    close: () => {
      closed = true;
      disconnect();
    },
  };

  function connect(): void {
    disconnect();
    if (closed) return;
    report();
    watchdog = setTimeout(connectAgain, patienceMs);
    const mine = ++connection;
    if (wasLive) void returnTo(mine);
    else subscribe(mine);
  }

  async function returnTo(mine: number): Promise<void> {
    try {
      const next = await onReturn(cursor);
      if (connection !== mine) return;
      cursor = next;
      subscribe(mine);
    } catch {
      if (connection === mine) connectLater();
    }
  }

  function subscribe(mine: number): void {
    subscription = client.workflow.onEntry.subscribe(
      { after: cursor },
      {
        onData: ({ id, data }) => {
          if (connection !== mine) return;
          cursor = id;
          settle();
          onEntry({ cursor: id, entry: data });
        },
        onConnectionStateChange: ({ state }) => {
          if (connection !== mine) return;
          // A server that can't read its log accepts the connection and then says so: wait a moment before believing it.
          if (state === 'pending') settling ??= setTimeout(settle, settleMs);
          else lose();
        },
        onError: (error) => {
          if (connection !== mine) return;
          if (readError(error).code === 'INVALID_INPUT') void beginAgain();
          else {
            connectLater();
            // The browser does not tell why it was given no stream: a call does.
            client.session.get.query().catch(leaveIfSignedOut);
          }
        },
      },
    );
  }

  function settle(): void {
    clearTimeout(settling);
    clearTimeout(watchdog);
    settling = undefined;
    watchdog = undefined;
    attempts = 0;
    wasLive = true;
    lostAt = 0;
    tell('live');
  }

  function lose(): void {
    clearTimeout(settling);
    settling = undefined;
    lostAt ||= Date.now();
    report();
    watchdog ??= setTimeout(connectAgain, patienceMs);
  }

  function connectAgain(): void {
    attempts += 1;
    connect();
  }

  function connectLater(): void {
    lose();
    clearTimeout(watchdog);
    watchdog = setTimeout(connectAgain, Math.min(maxWaitMs, 500 * 2 ** attempts));
  }

  async function beginAgain(): Promise<void> {
    try {
      cursor = await onReplaced();
      if (!closed) connect();
    } catch {
      connectLater();
    }
  }

  function disconnect(): void {
    clearTimeout(settling);
    clearTimeout(watchdog);
    settling = undefined;
    watchdog = undefined;
    connection += 1;
    subscription?.unsubscribe();
    subscription = undefined;
  }

  function report(): void {
    lostAt ||= Date.now();
    const gone = !navigator.onLine || Date.now() - lostAt > offlineAfterMs;
    tell(gone ? 'offline' : wasLive ? 'reconnecting' : 'connecting');
  }

  /** Every entry shows that it is live; to say so each time would cost more than the entries. */
  function tell(state: ConnectionState): void {
    if (state !== told) onState(state);
    told = state;
  }
}
