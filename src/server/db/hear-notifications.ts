import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import pg from 'pg';
import { withConnection } from './with-connection.ts';

const deliveryTimeoutMs = 3_000;

/**
 * Finds out whether what is notified through one URL of a database is heard through another.
 *
 * Through a pooler in transaction mode it is not: LISTEN belongs to a server connection, which the next client has. A
 * server that tells its own process id is spoken to without a pooler, and is not asked further where both URLs are one.
 *
 * Errors: whatever connecting gives.
 */
export async function hearsNotifications(listenUrl: string, notifyUrl: string): Promise<boolean> {
  return withConnection(listenUrl, async (listener) => {
    const { rows } = await listener.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const { processID } = listener as pg.Client & { processID: number | null };
    if (listenUrl === notifyUrl && rows[0]?.pid === processID) return true;

    const channel = `pulse_probe_${randomBytes(8).toString('hex')}`;
    const heard = once(listener, 'notification', { signal: AbortSignal.timeout(deliveryTimeoutMs) }).then(
      () => true,
      () => false,
    );
    await listener.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    await withConnection(notifyUrl, (notifier) => notifier.query('SELECT pg_notify($1, $2)', [channel, '']));
    return heard;
  });
}
