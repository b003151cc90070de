import { toPulseError } from '#client/errors.ts';
import type { PulseError } from '#domain/errors.ts';
import { toPrintable } from './output/text.ts';

interface ConnectionState {
  state: 'idle' | 'connecting' | 'pending';
  error?: unknown;
}

interface Handlers<T> {
  onData: (item: { id: string; data: T }) => void;
  onError: (error: unknown) => void;
  onConnectionStateChange: (state: ConnectionState) => void;
}

/**
 * Hands on every item of a subscription until one is the last, or the person stops it with Ctrl-C.
 *
 * A connection that breaks is made again and goes on where it broke, which is said on standard error.
 * **Errors** `UNAVAILABLE` when the first connection fails, and what the server refuses the subscription with.
 */
export async function follow<T>(
  subscribe: (handlers: Handlers<T>) => { unsubscribe(): void },
  /** Gives true for the last one. */
  onItem: (item: T) => unknown,
  { quiet }: { quiet: boolean },
): Promise<void> {
  const note = (text: string) => {
    if (!quiet) process.stderr.write(`${toPrintable(text)}\n`);
  };
  let stop = () => {};
  try {
    await new Promise<void>((resolve, reject) => {
      let connection: 'first' | 'up' | 'lost' = 'first';
      const changeConnection = ({ state, error }: ConnectionState) => {
        if (state === 'pending') {
          note(connection === 'lost' ? 'Connected again.' : 'Following the log. Ctrl-C stops.');
          connection = 'up';
        } else if (state === 'connecting' && error && connection === 'first') {
          reject(error);
        } else if (state === 'connecting' && error && connection === 'up') {
          connection = 'lost';
          note(`The connection was lost${formatReason(toPulseError(error))}; trying again.`);
        }
      };
      const end = () => resolve();
      const { unsubscribe } = subscribe({
        onData: ({ data }) => onItem(data) === true && end(),
        onError: reject,
        onConnectionStateChange: changeConnection,
      });
      process.once('SIGINT', end).once('SIGTERM', end);
      stop = () => {
        unsubscribe();
        process.off('SIGINT', end).off('SIGTERM', end);
      };
    });
  } finally {
    stop();
  }
}

function formatReason({ message }: PulseError): string {
  return message && message !== 'Unknown error' ? ` (${message})` : '';
}
