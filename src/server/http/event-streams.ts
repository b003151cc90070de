import type { ServerResponse } from 'node:http';
import { PulseError } from '#domain/errors.ts';

/** What goes over a connection besides the log. */
export interface StreamTexts {
  greeting: string;
  /** Sent when there was nothing else for a while. */
  heartbeat: string;
  /** The last that is sent when following fails. */
  describeFailure(error: unknown): string;
}

/** The open streams of the process. */
export interface EventStreams {
  /**
   * Takes a place for a stream, and gives back what frees it.
   *
   * **Errors** `UNAVAILABLE` with `retryAfterMs` when all are taken.
   */
  admit(): () => void;
  /**
   * Sends frames for as long as the client takes them.
   *
   * It pulls: a client that is slow is sent the next page only when it has taken the last, so it holds one page at most. One
   * that takes nothing for `stallMs` is dropped; it connects again and goes on after the last event that it has.
   */
  send(response: ServerResponse, frames: AsyncGenerator<Uint8Array>, texts: StreamTexts): Promise<void>;
}

interface Stream {
  response: ServerResponse;
  heartbeat: string;
  /** Nothing was written since the last look. */
  isQuiet: boolean;
  /** Since when the client has been taking nothing, where it holds things up. */
  stalledSinceMs: number | undefined;
}

export interface StreamLimits {
  /** How many streams may be open at once. Default: 2000. */
  maxConnections?: number | undefined;
  /** When one who finds no place is told to ask again. Default: 5000. */
  retryAfterMs?: number | undefined;
  /** How long a client may take nothing of what waits for it before it is dropped. Default: 30000. */
  stallMs?: number | undefined;
  /** How often to look at each stream; a silent one gets a heartbeat. Default: 5000. */
  heartbeatMs?: number | undefined;
}

/** Makes the process's book of open streams; one timer serves them all. */
export function createEventStreams({
  maxConnections = 2_000,
  retryAfterMs = 5_000,
  stallMs = 30_000,
  heartbeatMs = 5_000,
}: StreamLimits): EventStreams {
  const streams = new Set<Stream>();
  let places = maxConnections;
  let timer: NodeJS.Timeout | undefined;

  return { admit, send };

  function admit(): () => void {
    if (places <= 0) {
      const reason = `${maxConnections} streams are open, as many as this server may have`;
      throw new PulseError('UNAVAILABLE', `${reason}; try again in a moment`, { reason, retryAfterMs });
    }
    places -= 1;
    let isTaken = true;
    return () => {
      if (isTaken) places += 1;
      isTaken = false;
    };
  }

  async function send(
    response: ServerResponse,
    frames: AsyncGenerator<Uint8Array>,
    { greeting, heartbeat, describeFailure }: StreamTexts,
  ): Promise<void> {
    const stream: Stream = { response, heartbeat, isQuiet: false, stalledSinceMs: undefined };
    streams.add(stream);
    timer ??= setInterval(lookAfterAll, heartbeatMs).unref();
    try {
      if (!response.destroyed) response.write(greeting);
      for await (const frame of frames) await write(stream, frame);
    } catch (error) {
      if (!response.destroyed) response.write(describeFailure(error));
    } finally {
      streams.delete(stream);
      if (streams.size === 0) timer = clearInterval(timer) as undefined;
      response.end();
    }
  }

  async function write(stream: Stream, frame: Uint8Array): Promise<void> {
    const { response } = stream;
    stream.isQuiet = false;
    if (response.destroyed || response.write(frame)) return;
    stream.stalledSinceMs = Date.now();
    await waitUntilTaken(response);
    stream.stalledSinceMs = undefined;
  }

  function lookAfterAll(): void {
    const stalledBeforeMs = Date.now() - stallMs;
    for (const stream of streams) {
      const { response, heartbeat, isQuiet, stalledSinceMs } = stream;
      if (stalledSinceMs !== undefined) {
        if (stalledSinceMs <= stalledBeforeMs) response.destroy();
      } else if (isQuiet) response.write(heartbeat);
      stream.isQuiet = true;
    }
  }
}

/** Resolves when the client has taken all that was written, or has gone. */
async function waitUntilTaken(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    const settle = () => {
      response.off('drain', settle).off('close', settle);
      resolve();
    };
    response.on('drain', settle).on('close', settle);
  });
}
