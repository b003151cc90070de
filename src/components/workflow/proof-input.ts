import type { TrailInput } from './trail-params.ts';

/** The last events of a workflow: an abort and what came of it are among them, since little may follow it. */
export const toLastEventsInput = (key: string): TrailInput => ({
  key,
  order: 'desc',
  limit: 20,
  filter: { type: 'event' },
});

/** What adapters were refused last. */
export const toLateWritesInput = (key: string): TrailInput => ({
  key,
  order: 'desc',
  limit: 100,
  filter: { type: 'refusal', actor: 'adapter' },
});
