import { initTRPC } from '@trpc/server';
import type { Need, Scope } from '#domain/access.ts';
import { authorize } from '../auth/authorize.ts';
import type { Identity } from '../auth/identity.ts';
import type { Pulse } from '../pulse.ts';
import { toPulseError, toTrpcError } from './errors.ts';

/** What every call is given: the log, and who asks; null for someone who is not signed in. */
export interface Context {
  pulse: Pulse;
  identity: Identity | null;
  /** When the look for who asks began, in ms since the epoch: what has ended their access since then is still to be heeded. */
  askedAtMs: number;
}

/** What a procedure lets in: who may do what its scope names, or more where the input asks for it. */
export interface Rule {
  scope: Scope;
  /** What the input adds. It has not been parsed yet, and may be anything. */
  more?: ((input: unknown) => Omit<Need, 'scope'>) | undefined;
}

/** How tRPC keeps a stream alive, and when its client gives a silent one up. */
export const streamSettings = {
  ping: { enabled: true, intervalMs: 5_000 },
  client: { reconnectAfterInactivityMs: 15_000 },
} as const;

const t = initTRPC
  .context<Context>()
  .meta<Rule>()
  .create({
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
const typed = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok && result.error.cause) {
    const error = toTrpcError(result.error.cause);
    if (error !== result.error.cause) throw error;
  }
  return result;
});

/**
 * Begins a procedure with its rule, which is checked before the input is looked at. There is no procedure without one.
 *
 * **Errors** `UNAUTHENTICATED`, `FORBIDDEN`
 */
export function procedure(scope: Scope, more?: Rule['more']) {
  return typed.meta({ scope, more }).use(async ({ ctx, next, getRawInput, meta }) => {
    const identity = authorize(ctx.identity, await findNeed(meta, getRawInput));
    return next({ ctx: { identity, actor: identity.actor } });
  });
}

async function findNeed(rule: Rule | undefined, getRawInput: () => Promise<unknown>): Promise<Need> {
  if (!rule) throw new Error('A procedure without a rule');
  return { scope: rule.scope, ...rule.more?.(await getRawInput()) };
}

/** Does for the items of a subscription what `typed` does for a result. */
export async function* typedErrors<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    throw toTrpcError(error);
  }
}
