import { TRPCError } from '@trpc/server';

/**
 * Makes a request whose body fails as soon as it is longer than it may be, so that nobody holds the whole of it.
 *
 * **Errors** reading the body gives tRPC's `PAYLOAD_TOO_LARGE`.
 */
export function limitBody(request: Request, maxBytes: number): Request {
  if (!request.body) return request;
  const tooLarge = () =>
    new TRPCError({ code: 'PAYLOAD_TOO_LARGE', message: `The request's body is larger than ${maxBytes} bytes` });
  const declared = Number(request.headers.get('content-length') ?? 0);
  let bytes = 0;
  const limited = request.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      start(controller) {
        if (declared > maxBytes) controller.error(tooLarge());
      },
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes > maxBytes) controller.error(tooLarge());
        else controller.enqueue(chunk);
      },
    }),
  );
  // `duplex` is what Fetch asks of a request whose body is a stream; TypeScript's DOM types lack it.
  return new Request(request, { body: limited, duplex: 'half' } as RequestInit);
}
