import { setTimeout as sleep } from 'node:timers/promises';
import type { Cursor } from '#domain/cursor.ts';
import type { PulseEvent } from '#domain/event.ts';
import type { AdapterContext } from './adapter-context.ts';

/**
 * Follows the log until `signal` fires and hands on each event as it comes.
 *
 * `onEvent` must not wait for anything: an abort may be right behind. Should the tail break, it goes on where it was; the
 * heartbeat notices meanwhile what it misses.
 */
export async function watchLog(
  { pulse, log }: AdapterContext,
  { after, signal, onEvent }: { after: Cursor; signal: AbortSignal; onEvent: (event: PulseEvent) => void },
): Promise<void> {
  let cursor = after;
  while (!signal.aborted) {
    try {
      for await (const { cursor: next, entry } of pulse.tail({ after: cursor, signal, eventsOnly: true })) {
        cursor = next;
        if (entry.type === 'event') onEvent(entry);
      }
    } catch (error) {
      log(`not following the log: ${(error as Error).message}`);
      await sleep(1_000, undefined, { signal }).catch(() => {});
    }
  }
}
