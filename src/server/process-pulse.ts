import { PulseError } from '#domain/errors.ts';
import type { DefinitionSet } from './definitions.ts';
import { readOutputDays } from './output/output-days.ts';
import { openPulse, type Pulse } from './pulse.ts';

declare global {
  /** One log for all routes and pages of the process; bundles and hot reloads each have module state of their own. */
  var pulseServer: Promise<Pulse> | undefined;
  var pulseDefinitions: DefinitionSet | undefined;
}

/** Says what can be started here, before the log is opened: a bundle could not load files that are not part of it. */
export function setDefinitions(definitions: DefinitionSet): void {
  globalThis.pulseDefinitions = definitions;
}

/**
 * Opens this process's log, once.
 *
 * **Errors** `UNAVAILABLE` when the database can't be reached; the next call tries again.
 */
export function getPulse(): Promise<Pulse> {
  globalThis.pulseServer ??= open().catch((error) => {
    globalThis.pulseServer = undefined;
    throw error;
  });
  return globalThis.pulseServer;
}

async function open(): Promise<Pulse> {
  const url = process.env.DATABASE_URL;
  if (!url) {
    const reason = 'DATABASE_URL is not set';
    throw new PulseError('UNAVAILABLE', `${reason}; start the server with upulse up`, { reason });
  }
  const outputDays = readOutputDays(process.env);
  try {
    return await openPulse({
      url,
      directUrl: process.env.DATABASE_DIRECT_URL || url,
      definitions: globalThis.pulseDefinitions,
      outputDays,
    });
  } catch (cause) {
    const reason = 'the database does not answer';
    throw new PulseError('UNAVAILABLE', 'The database does not answer; try again in a moment', { reason }, { cause });
  }
}
