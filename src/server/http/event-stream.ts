import type { PulseEvent } from '#domain/event.ts';

const heartbeatMs = 10_000;

/**
 * Writes events as server-sent events: `id:` the cursor, `data:` the event as JSON, a comment as heartbeat.
 *
 * It pulls: an event is read only when the connection takes it, so a slow client holds nothing in memory.
 */
export function toEventStream(
  items: AsyncGenerator<{ cursor: string; event: PulseEvent }>,
  stop: AbortController,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let heartbeat: NodeJS.Timeout | undefined;
  const close = () => {
    clearInterval(heartbeat);
    stop.abort();
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode('retry: 1000\n: connected\n\n'));
      heartbeat = setInterval(() => controller.enqueue(encoder.encode(': heartbeat\n\n')), heartbeatMs);
    },
    async pull(controller) {
      try {
        const { done, value } = await items.next();
        if (!done) {
          controller.enqueue(encoder.encode(`id: ${value.cursor}\ndata: ${JSON.stringify(value.event)}\n\n`));
          return;
        }
      } catch {
        // The server closes: the client connects again and resumes after the last id it has.
      }
      close();
      controller.close();
    },
    async cancel() {
      close();
      await items.return(undefined);
    },
  });
}
