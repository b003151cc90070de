import { expect, it } from 'vitest';
import type { PulseEvent } from '#domain/event.ts';
import type { TailEntry } from '../log/read.ts';
import { encodeEntries } from './frames.ts';

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

const item = (position: number): TailEntry => ({
  cursor: { logId: 'log1', position, refusals: 0 },
  entry: { type: 'event', ...event, position },
});

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

it('writes an event as one line of data under its cursor, with its type in an audit trail only', () => {
  expect(text(encodeEntries([item(1)], 'event'))).toBe(`id: log1-1-0\ndata: ${JSON.stringify(event)}\n\n`);
  expect(text(encodeEntries([item(1)], 'entry'))).toBe(
    `id: log1-1-0\ndata: ${JSON.stringify({ type: 'event', ...event })}\n\n`,
  );
});

it('serialises an entry once, for every reader and every page that holds it', () => {
  let times = 0;
  const counted = item(1);
  counted.entry.payload = { toJSON: () => String(++times) } as never;
  const page = [counted, item(2)];
  const bytes = encodeEntries(page, 'event');
  expect(encodeEntries(page, 'event')).toBe(bytes);
  expect(text(encodeEntries([counted], 'event'))).toBe(text(bytes).slice(0, text(bytes).indexOf('id: log1-2-0')));
  expect(times).toBe(1);
});
