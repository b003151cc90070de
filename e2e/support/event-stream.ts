import type { PulseEvent } from '#client/index.ts';

/** One message of the stream of `/api/events`. */
export interface StreamMessage {
  id: string;
  event: PulseEvent;
}

/** A connection to `/api/events`. */
export interface EventStream {
  /** The next event. */
  next(): Promise<StreamMessage>;
  /** Reads so many events. */
  take(count: number): Promise<StreamMessage[]>;
  /** Waits for a comment that holds a text. */
  waitForComment(text: string): Promise<void>;
  /** Resolves when the server closes the connection. */
  ended: Promise<void>;
  /** Cuts the connection. */
  cut(): void;
}

/** Follows `/api/events` as `curl -N` does. The query is that of the address, such as `?key=k1`. */
export async function openEventStream(
  { url, token }: { url: string; token: string },
  query = '',
  { lastEventId }: { lastEventId?: string } = {},
): Promise<EventStream> {
  const connection = new AbortController();
  const response = await fetch(`${url}/api/events${query}`, {
    signal: connection.signal,
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
      ...(lastEventId && { 'last-event-id': lastEventId }),
    },
  });
  if (!response.ok || !response.body) throw new Error(`${response.status} ${await response.text()}`);
  const messages: StreamMessage[] = [];
  const comments: string[] = [];
  const waiting = new Set<() => void>();
  let isOver = false;
  const ended = readBlocks(response.body, (block) => {
    const { data, id, comment } = readBlock(block);
    if (comment) comments.push(comment);
    if (data) messages.push({ id, event: JSON.parse(data) });
    for (const look of waiting) look();
  })
    .catch(() => {})
    .finally(() => {
      isOver = true;
      for (const look of waiting) look();
    });

  function waitFor<T>(find: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = find();
        if (found === undefined && !isOver) return;
        waiting.delete(look);
        if (found === undefined) reject(new Error('The stream ended'));
        else resolve(found);
      };
      waiting.add(look);
      look();
    });
  }

  const next = () => waitFor(() => messages.shift());
  return {
    next,
    take: async (count) => {
      const taken: StreamMessage[] = [];
      while (taken.length < count) taken.push(await next());
      return taken;
    },
    waitForComment: async (text) => void (await waitFor(() => comments.find((comment) => comment.includes(text)))),
    ended,
    cut: () => connection.abort(),
  };
}

async function readBlocks(body: ReadableStream<Uint8Array>, onBlock: (block: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      onBlock(text.slice(0, end));
      text = text.slice(end + 2);
    }
  }
}

function readBlock(block: string): { data: string; id: string; comment: string } {
  const lines = block.split('\n');
  const read = (field: string) =>
    lines
      .filter((line) => line.startsWith(`${field}:`))
      .map((line) => line.slice(field.length + 1).trim())
      .join('\n');
  return { data: read('data'), id: read('id'), comment: read('') };
}
