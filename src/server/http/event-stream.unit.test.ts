import { expect, it } from 'vitest';
import type { PulseEvent } from '#domain/event.ts';
import { toEventStream } from './event-stream.ts';

const event: PulseEvent = {
  position: 1,
  key: 'k',
  sequence: 1,
  kind: 'note.added',
  payload: { text: 'two\nlines' },
  actor: { type: 'user', id: 'ana', name: 'Ana', via: 'web' },
  occurredAt: '2026-01-01T00:00:00.000Z',
  hash: '',
};

async function* follow(onEnd: () => void) {
  try {
    for (let position = 1; ; position += 1) yield { cursor: `log-${position}-0`, event: { ...event, position } };
  } finally {
    onEnd();
  }
}

it('writes an event as one line of data under its cursor', async () => {
  const reader = toEventStream(
    follow(() => {}),
    new AbortController(),
  ).getReader();
  const chunks: string[] = [];
  for (let count = 0; count < 2; count += 1) chunks.push(new TextDecoder().decode((await reader.read()).value));
  expect(chunks[0]).toBe('retry: 1000\n: connected\n\n');
  expect(chunks[1]).toBe(`id: log-1-0\ndata: ${JSON.stringify(event)}\n\n`);
  await reader.cancel();
});

it('ends what it reads from when the client leaves, also one that takes nothing more', async () => {
  let ended = false;
  const stop = new AbortController();
  const stream = toEventStream(
    follow(() => {
      ended = true;
    }),
    stop,
  );
  const reader = stream.getReader();
  await reader.read();
  await reader.read();
  await reader.cancel();
  expect(ended).toBe(true);
  expect(stop.signal.aborted).toBe(true);
});
