import { getPulse } from '#app/pulse.ts';
import { isPulseError } from '#domain/errors.ts';
import { followEvents } from '#server/events/follow-events.ts';
import { EventFilter } from '#server/events/list-events.ts';
import { toEventStream } from '#server/http/event-stream.ts';
import { resolveCursor } from '#server/log/read.ts';
import { parseInput } from '#server/parse-input.ts';
import { toUnavailable } from '#server/unavailable.ts';

export const dynamic = 'force-dynamic';

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

/** The log as server-sent events. **Source** the Contract in `docs/api.md`. */
export async function GET(request: Request): Promise<Response> {
  try {
    const filter = readFilter(request);
    const pulse = await getPulse();
    await resolveCursor(pulse.prisma, filter.after, await pulse.head()); // Refused before the stream begins.
    const stop = new AbortController();
    request.signal.addEventListener('abort', () => stop.abort(), { once: true });
    return new Response(toEventStream(followEvents(pulse, { ...filter, signal: stop.signal }), stop), { headers });
  } catch (error) {
    return answerError(error);
  }
}

/** Says that the log can be followed, without following it. */
export function HEAD(): Response {
  return new Response(null, { headers });
}

function readFilter(request: Request) {
  const { searchParams } = new URL(request.url);
  const asked = Object.fromEntries([...searchParams].filter(([, value]) => value !== ''));
  const lastEventId = request.headers.get('last-event-id');
  return parseInput(EventFilter, { ...asked, ...(lastEventId && { after: lastEventId }) });
}

function answerError(cause: unknown): Response {
  const error = toUnavailable(cause);
  if (isPulseError(error)) {
    const { code, message, details } = error;
    return Response.json({ code, message, details }, { status: code === 'UNAVAILABLE' ? 503 : 400 });
  }
  console.error('GET /api/events failed:', error);
  const message = 'Something went wrong in the server; its log has the cause';
  return Response.json({ code: 'INTERNAL', message, details: {} }, { status: 500 });
}
