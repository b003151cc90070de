import {
  createTRPCClient,
  httpBatchStreamLink,
  httpLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClient,
} from '@trpc/client';
import { EventSource } from 'eventsource';
import type { AppRouter } from '#server/trpc/router.ts';
import { makeFetch, makeStreamFetch } from './reach.ts';

export type { Actor } from '#domain/actor.ts';
export { type ErrorCode, type ErrorDetails, isPulseError, PulseError } from '#domain/errors.ts';
export type { PulseEvent, Refusal, TimelineEntry } from '#domain/event.ts';
export type { GuardDefinition, GuardInfo } from '#domain/guard.ts';
export type { Json } from '#domain/json.ts';
export type { OutputChunk, OutputItem } from '#domain/output.ts';
export type { Status, Workflow } from '#domain/workflow.ts';
export { toPulseError } from './errors.ts';

/** Every procedure of a Pulse server, typed: `client.workflow.abort.mutate({ key })`. */
export type PulseClient = TRPCClient<AppRouter>;

export interface PulseClientOptions {
  /** Where Pulse runs, such as `http://127.0.0.1:3000`. */
  url: string | URL;
  /** Sent as a bearer token. Default: none. */
  token?: string | undefined;
  /** What a person uses the client through; the audit trail shows it. Default: `api`. */
  via?: 'web' | 'cli' | undefined;
  /** Told when the server has no place for another stream right now; it is asked again after that time. */
  onFull?: ((retryAfterMs: number) => void) | undefined;
}

/**
 * Makes a client of a Pulse server. It connects when it is used, and nothing has to be closed.
 *
 * A subscription that loses its connection connects again by itself and goes on after the last item that it has seen.
 *
 * **Errors** calls fail with what `toPulseError` turns into a {@link PulseError}. A `url` that is none is a `TypeError`.
 * **Source** `docs/client.md`
 */
export function createPulseClient({ url, token, via, onFull }: PulseClientOptions): PulseClient {
  const server = new URL(url).href.replace(/\/$/, '');
  const endpoint = `${server}/api/trpc`;
  const fetch = makeFetch(server, {
    ...(via && { 'x-pulse-via': via }),
    ...(token && { authorization: `Bearer ${token}` }),
  });
  const streamFetch = makeStreamFetch(server, fetch, onFull);
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({ url: endpoint, EventSource, eventSourceOptions: { fetch: streamFetch } }),
        false: splitLink({
          // It walks the whole log: longer than `fetch` and most proxies wait for the first byte of an answer.
          condition: ({ path }) => path === 'guard.apply',
          true: httpBatchStreamLink({ url: endpoint, fetch, maxItems: 1 }),
          false: httpLink({ url: endpoint, fetch }),
        }),
      }),
    ],
  });
}
