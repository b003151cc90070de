import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** A connection of its own that listens on a channel, and mends itself. */
export interface Listener {
  /** Whether notifications can arrive right now. */
  isConnected(): boolean;
  close(): Promise<void>;
}

/** Where a commit tells of itself; new output of a role, by its key; and a lease that was given back, by whose it was. */
export const logChannel = 'pulse';
export const outputChannel = 'pulse_output';
export const releaseChannel = 'pulse_release';

const heartbeatTimeoutMs = 3_000;
const maxPauseMs = 2_000;

/**
 * Listens on a channel until closed. Resolves once the first connection listens, or fails if it can't.
 *
 * A notification is only a hint to look. `onHint` is given its payload. It is also called, without one, after every reconnect and
 * on every heartbeat, so that a lost notification or a connection that died silently delays what it tells of, at most, and never loses it.
 */
export async function startListener(
  url: string,
  channel: string,
  onHint: (payload?: string) => void,
  heartbeatMs: number,
): Promise<Listener> {
  const stopped = new AbortController();
  let client: pg.Client | undefined = await connect(url, channel, onHint);
  const loop = keepAlive();
  return {
    isConnected: () => client !== undefined,
    close: async () => {
      stopped.abort();
      await client?.end().catch(() => {});
      await loop;
    },
  };

  async function keepAlive(): Promise<void> {
    let pauseMs = 50;
    while (!stopped.signal.aborted) {
      if (client && (await isAlive(client, heartbeatMs, stopped.signal))) {
        pauseMs = 50;
      } else if (!stopped.signal.aborted) {
        client?.end().catch(() => {});
        client = undefined;
        client = await connect(url, channel, onHint).catch(() => undefined);
        if (!client) await sleep(pauseMs, undefined, { signal: stopped.signal }).catch(() => {});
        pauseMs = Math.min(pauseMs * 2, maxPauseMs);
      }
      onHint();
    }
    await client?.end().catch(() => {});
  }
}

async function connect(url: string, channel: string, onHint: (payload?: string) => void): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    query_timeout: heartbeatTimeoutMs,
  });
  client.on('error', () => {}); // 'end' follows, and keepAlive acts on that.
  client.on('notification', ({ payload }) => onHint(payload));
  try {
    await client.connect();
    await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    return client;
  } catch (error) {
    client.end().catch(() => {});
    throw error;
  }
}

/** Waits for the next heartbeat and asks the server. False at once when the connection ends. */
async function isAlive(client: pg.Client, heartbeatMs: number, signal: AbortSignal): Promise<boolean> {
  const ended = new AbortController();
  const onEnd = () => ended.abort();
  client.once('end', onEnd);
  try {
    await sleep(heartbeatMs, undefined, { signal: AbortSignal.any([signal, ended.signal]) });
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    client.off('end', onEnd);
  }
}
