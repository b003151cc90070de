import {
  type AnyTRPCProcedure,
  callTRPCProcedure,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
  TRPCError,
} from '@trpc/server';
import type { StreamTexts } from '../http/event-streams.ts';
import { toTrpcError } from './errors.ts';
import { type Context, streamSettings } from './init.ts';
import { appRouter } from './router.ts';
import type { Subscription } from './subscription.ts';

/** A call of a subscription over HTTP. */
export interface SubscriptionCall {
  path: string;
  searchParams: URLSearchParams;
  headers: Headers;
}

// At run time these are the procedures by their paths; tRPC types them as the tree that they were made from.
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>);
const subscriptionPaths = new Set(procedures.flatMap(([path, { _def }]) => (_def.type === 'subscription' ? path : [])));

/** Whether a path such as `event.onAppend` names a subscription. */
export function isSubscription(path: string): boolean {
  return subscriptionPaths.has(path);
}

/**
 * Calls a subscription and gives its frames, shared by all its subscribers; tRPC itself would write the items of each anew.
 *
 * Everything but the writing is tRPC's: middleware, input, errors.
 * **Errors** whatever the procedure throws. tRPC's client reads it from the stream: {@link fail}.
 */
export async function openSubscription(
  { path, searchParams, headers }: SubscriptionCall,
  context: Context,
  signal: AbortSignal,
): Promise<AsyncGenerator<Uint8Array>> {
  const result = await callTRPCProcedure({
    router: appRouter,
    path,
    type: 'subscription',
    ctx: context,
    getRawInput: async () => readInput(searchParams, headers),
    signal,
    batchIndex: 0,
  });
  return (result as Subscription<unknown>).frames();
}

/** A stream of nothing but an error. */
// biome-ignore lint/correctness/useYield: it has nothing to give.
export async function* fail(error: unknown): AsyncGenerator<Uint8Array> {
  throw error;
}

/** What tRPC's client expects of a stream. **Source** tRPC's `sseStreamProducer`, of the version that is installed. */
export function textsOfSubscription(path: string): StreamTexts {
  return {
    greeting: `event: connected\ndata: ${JSON.stringify(streamSettings.client)}\n\n`,
    heartbeat: 'event: ping\ndata: \n\n',
    describeFailure: (error) =>
      `event: serialized-error\ndata: ${JSON.stringify(shapeSubscriptionError(error, path))}\n\n`,
  };
}

/** An error as tRPC tells it. */
export function shapeSubscriptionError(cause: unknown, path: string) {
  const error = getTRPCErrorFromUnknown(toTrpcError(cause));
  if (error.code === 'INTERNAL_SERVER_ERROR') console.error(`${path} failed:`, error.cause ?? error);
  return getTRPCErrorShape({
    config: appRouter._def._config,
    error,
    type: 'subscription',
    path,
    input: undefined,
    ctx: undefined,
  });
}

/** The input with the id of the last item that the client has seen, where tRPC's client puts it. */
function readInput(searchParams: URLSearchParams, headers: Headers): unknown {
  const text = searchParams.get('input');
  const input = text ? parseJson(text) : undefined;
  const lastEventId =
    headers.get('last-event-id') ?? searchParams.get('lastEventId') ?? searchParams.get('Last-Event-Id');
  if (!lastEventId || (input !== undefined && !(input instanceof Object))) return input;
  return { ...input, lastEventId };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TRPCError({ code: 'PARSE_ERROR', message: 'The input is not JSON', cause });
  }
}
