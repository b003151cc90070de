import 'server-only';
import { headers } from 'next/headers';
import { PulseError } from '#domain/errors.ts';
import { uncheckedHeader } from '#server/http/front.ts';
import { getPulse as openPulse } from '#server/process-pulse.ts';
import type { Pulse } from '#server/pulse.ts';

/**
 * Opens this process's log for a page.
 *
 * **Errors** `UNAVAILABLE` when the database can't be reached, or could not be when the front asked who it is that reads.
 */
export async function getPulse(): Promise<Pulse> {
  if ((await headers()).has(uncheckedHeader)) {
    const reason = 'the database does not answer';
    throw new PulseError('UNAVAILABLE', 'The database does not answer; try again in a moment', { reason });
  }
  return openPulse();
}
