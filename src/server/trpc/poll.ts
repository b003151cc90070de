import type { Scope } from '#domain/access.ts';
import { getAccessWatch } from '../auth/watch-access.ts';
import { procedure } from './init.ts';

/**
 * Begins a procedure that may wait for long. Like a stream it is over as soon as the token that it was asked with is revoked or
 * expires: `ctx.signal` fires then, or when the client has gone.
 *
 * **Errors** `UNAUTHENTICATED`, `FORBIDDEN`
 */
export function poll(scope: Scope) {
  return procedure(scope).use(async ({ ctx, next, signal }) => {
    const watch = await getAccessWatch(ctx.pulse);
    const { ended, forget } = watch.watch(ctx.identity, ctx.askedAtMs);
    try {
      const result = await next({ ctx: { signal: signal ? AbortSignal.any([ended, signal]) : ended } });
      ended.throwIfAborted();
      return result;
    } finally {
      forget();
    }
  });
}
