import { setTimeout as sleep } from 'node:timers/promises';
import type { PulseEvent } from '#domain/event.ts';

const reconnectMs = 50;

/** Follows `/api/events` as a browser does: after every break it goes on after the last id that it has. */
export async function subscribe(
  url: string,
  { key, signal, onEvent }: { key?: string; signal: AbortSignal; onEvent: (event: PulseEvent) => void },
): Promise<void> {
  let lastEventId: string | undefined;
  while (!signal.aborted) {
    try {
      const response = await fetch(`${url}/api/events${key === undefined ? '' : `?key=${key}`}`, {
        signal,
        headers: { ...(lastEventId && { 'last-event-id': lastEventId }) },
      });
      if (!response.ok || !response.body) throw new Error(await response.text());
      for await (const { id, event } of readMessages(response.body)) {
        lastEventId = id;
        onEvent(event);
      }
    } catch {
      // The connection broke, or the server is not there.
    }
    await sleep(reconnectMs, undefined, { signal }).catch(() => {});
  }
}

/** Reads whole messages: what is left of one when the connection breaks was not received. */
async function* readMessages(body: ReadableStream<Uint8Array>): AsyncGenerator<{ id: string; event: PulseEvent }> {
  let text = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream() as never) as unknown as AsyncIterable<string>) {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, id, data] = /^id: (.*)\ndata: (.*)$/.exec(block) ?? [];
      if (id && data) yield { id, event: JSON.parse(data) };
    }
  }
}
