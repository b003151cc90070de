import { initTRPC } from '@trpc/server';
import type { Actor } from '#domain/actor.ts';
import type { Pulse } from '../pulse.ts';
import { toPulseError, toTrpcError } from './errors.ts';

/** What every procedure is given: the log, and who asks. */
export interface Context {
  pulse: Pulse;
  actor: Actor;
}

/** How tRPC keeps a stream alive, and when its client gives a silent one up. */
export const streamSettings = {
  ping: { enabled: true, intervalMs: 5_000 },
  client: { reconnectAfterInactivityMs: 15_000 },
} as const;

const t = initTRPC.context<Context>().create({
  isDev: false,
  errorFormatter: ({ shape, error }) => {
    const { code, message, details } = toPulseError(error);
    const { stack: _stack, ...data } = shape.data;
    return { ...shape, message, data: { ...data, pulse: { code, details } } };
  },
  // An answer that takes minutes begins at once, and no proxy or client takes the silence for the end.
  jsonl: { pingMs: 5_000 },
  sse: streamSettings,
});

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

/** A procedure whose PulseErrors reach the client typed. */
export const procedure = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok && result.error.cause) {
    const error = toTrpcError(result.error.cause);
    if (error !== result.error.cause) throw error;
  }
  return result;
});

/** Does for the items of a subscription what {@link procedure} does for a result. */
export async function* typedErrors<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    throw toTrpcError(error);
  }
}
