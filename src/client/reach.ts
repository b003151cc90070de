import { PulseError } from '#domain/errors.ts';

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * Makes the `fetch` of a client: it sends the headers, and fails in words when what answers is not Pulse.
 *
 * **Errors** `UNAVAILABLE`, which names the server and why it could not be asked. Errors that Pulse itself answers with
 * are passed on as its answers.
 */
export function makeFetch(server: string, headers: Readonly<Record<string, string>>): Fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, headers: withHeaders(init?.headers, headers) }).catch((error) => {
      if (init?.signal?.aborted) throw error;
      throw unavailable(server, `can't be reached: ${describeFailure(error)}`);
    });
    if (isFromPulse(response)) return response;
    await response.body?.cancel();
    throw unavailable(server, `answered ${response.status}, and not as Pulse does`);
  };
}

/**
 * Makes the `fetch` of a client's subscriptions from that of its calls.
 *
 * An EventSource connects again after a failure, but gives up at an answer. A server that is going down or coming up
 * may answer with an error for a moment, so that counts as a failure. One that is there and has no place for another stream
 * says when to ask again: that is waited for. That the client may not follow, tRPC's client reads from the stream only.
 */
export function makeStreamFetch(
  server: string,
  fetchAnswer: Fetch,
  onFull: (retryAfterMs: number) => void = () => {},
): Fetch {
  return async (input, init) => {
    for (;;) {
      const response = await fetchAnswer(input, init);
      if (response.status === 401 || response.status === 403) return tellInStream(await response.json());
      if (response.status < 500 && response.status !== 429) return response;
      await response.body?.cancel();
      const retryAfterMs = readRetryAfter(response);
      if (retryAfterMs === undefined) throw unavailable(server, `answered ${response.status}`);
      onFull(retryAfterMs);
      await wait(retryAfterMs, init?.signal);
    }
  };
}

function tellInStream({ error }: { error?: unknown }): Response {
  const frame = `event: serialized-error\ndata: ${JSON.stringify(error)}\n\n`;
  return new Response(frame, { headers: { 'content-type': 'text/event-stream' } });
}

/** How long a server that has no place for another stream asks to wait. Undefined when it does not say. */
function readRetryAfter({ status, headers }: Response): number | undefined {
  const seconds = headers.get('retry-after') ?? '';
  return (status === 503 || status === 429) && /^\d{1,4}$/.test(seconds)
    ? Math.max(1, Number(seconds)) * 1_000
    : undefined;
}

async function wait(ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

function unavailable(server: string, reason: string): PulseError<'UNAVAILABLE'> {
  return new PulseError('UNAVAILABLE', `${server} ${reason}. Check the address, and that Pulse runs there`, { reason });
}

function withHeaders(given: HeadersInit | undefined, added: Readonly<Record<string, string>>): Headers {
  const headers = new Headers(given);
  for (const [name, value] of Object.entries(added)) headers.set(name, value);
  return headers;
}

function isFromPulse(response: Response): boolean {
  return /^(application\/json|text\/event-stream)\b/.test(response.headers.get('content-type') ?? '');
}

/** `fetch` hides what happened behind `fetch failed`; the innermost cause says it. */
function describeFailure(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return describeFailure(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.cause ? describeFailure(error.cause) : error.message;
}
