import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { getPulse } from '#app/pulse.ts';
import { identifyLocal } from '#server/auth/identity.ts';
import { createContext } from '#server/trpc/context.ts';
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
    createContext: () => createContext({ openPulse: getPulse, identify: identifyLocal }, request.headers),
    onError: ({ error, path }) => {
      if (error.code === 'INTERNAL_SERVER_ERROR') console.error(`${path ?? 'tRPC'} failed:`, error.cause ?? error);
    },
  });
}

export { handle as GET, handle as POST };
