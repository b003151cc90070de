import type { TrailInput } from './trail-params.ts';

/** The last events of a workflow: an abort and what came of it are among them, since little may follow it. */
export const toLastEventsInput = (key: string) =>
  ({
    key,
    order: 'desc',
    limit: 20,
    filter: { type: 'event' },
  }) satisfies TrailInput;

/** What adapters were refused last. */
export const toLateWritesInput = (key: string) =>
  ({
    key,
    order: 'desc',
    limit: 100,
    filter: { type: 'refusal', actor: 'adapter' },
  }) satisfies TrailInput;
