import { followEvents } from '../events/follow-events.ts';
import { EventFilter } from '../events/list-events.ts';
import { parseInput } from '../parse-input.ts';
import type { Pulse } from '../pulse.ts';
import type { StreamTexts } from './event-streams.ts';

/** What `/api/events` sends besides the log. When following fails the client connects again, and is told then. */
export const plainTexts: StreamTexts = {
  greeting: 'retry: 1000\n: connected\n\n',
  heartbeat: ': heartbeat\n\n',
  describeFailure: () => ': connect again\n\n',
};

/**
 * Opens the log as plain server-sent events. **Source** the Contract in `docs/api.md`.
 *
 * **Errors** `INVALID_INPUT` before anything is sent.
 */
export async function openPlainStream(
  pulse: Pulse,
  searchParams: URLSearchParams,
  headers: Headers,
  signal: AbortSignal,
): Promise<AsyncGenerator<Uint8Array>> {
  const asked = Object.fromEntries([...searchParams].filter(([, value]) => value !== ''));
  const lastEventId = headers.get('last-event-id');
  const filter = parseInput(EventFilter, { ...asked, ...(lastEventId && { after: lastEventId }) });
  return (await followEvents(pulse, { ...filter, signal })).frames();
}
