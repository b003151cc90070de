import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { identify } from '#server/auth/identify.ts';
import { getPulse } from '#server/process-pulse.ts';
import { createContext } from '#server/trpc/context.ts';
import { toPulseError } from '#server/trpc/errors.ts';
import { appRouter } from '#server/trpc/router.ts';
import { limitBody } from './limit-body.ts';

export const dynamic = 'force-dynamic';

/** More than any valid call needs: the largest payload is 256 KiB, and escapes make it longer on the wire. */
const maxBodyBytes = 2 * 1024 * 1024;

async function handle(request: Request): Promise<Response> {
  return fetchRequestHandler({
    endpoint: '/api/trpc',
    req: limitBody(request, maxBodyBytes),
    router: appRouter,
    createContext: () => createContext({ openPulse: getPulse, identify }, request.headers),
    responseMeta: ({ errors }) => {
      const { retryAfterMs } = (errors.map(toPulseError)[0]?.details ?? {}) as { retryAfterMs?: number };
      return retryAfterMs ? { headers: { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) } } : {};
    },
    onError: ({ error, path }) => {
      if (error.code === 'INTERNAL_SERVER_ERROR') console.error(`${path ?? 'tRPC'} failed:`, error.cause ?? error);
    },
  });
}

export { handle as GET, handle as POST };
