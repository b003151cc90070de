import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { getPulse } from '#app/pulse.ts';
import { DownloadTrail, openExport } from '#server/audit/open-export.ts';
import { authorize } from '#server/auth/authorize.ts';
import { identify } from '#server/auth/identify.ts';
import { parseInput } from '#server/parse-input.ts';
import { toPulseError, toTrpcError } from '#server/trpc/errors.ts';

export const dynamic = 'force-dynamic';

const types = { jsonl: 'application/jsonl; charset=utf-8', csv: 'text/csv; charset=utf-8' };

/** Downloads the events of a key as a file that `upulse audit verify --file` takes. */
export async function GET(request: Request): Promise<Response> {
  try {
    const pulse = await getPulse();
    authorize(await identify(pulse, request.headers), { scope: 'workflow:read' });
    const input = parseInput(DownloadTrail, Object.fromEntries(new URL(request.url).searchParams));
    const body = await openExport(pulse, input);
    const name = `${input.key.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 100)}.${input.format}`;
    return new Response(body, {
      headers: {
        'content-type': types[input.format],
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
        'cache-control': 'no-store',
      },
    });
  } catch (cause) {
    return answerError(cause);
  }
}

function answerError(cause: unknown): Response {
  const error = toTrpcError(cause);
  if (!(error instanceof TRPCError)) throw cause;
  const { code, message, details } = toPulseError(error);
  return Response.json({ code, message, details }, { status: getHTTPStatusCodeFromError(error) });
}
