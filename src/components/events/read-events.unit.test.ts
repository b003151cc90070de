import { expect, test } from 'vitest';
import type { PulseEvent } from '#domain/event.ts';
import { matchesKind } from '#domain/kind.ts';
import { type EventSource, readEventsBefore } from './read-events.ts';

/** A log of so many events; every tenth is an abort. */
function makeSource(length: number): EventSource {
  const all = Array.from({ length }, (_, index) => ({
    position: index + 1,
    kind: (index + 1) % 10 === 0 ? 'meta.__abort__' : 'meta.note',
  })) as PulseEvent[];
  return {
    asOf: async () => `abcd1234-${length}-0`,
    list: async ({ after, limit, kind }) => ({
      events: all
        .filter((event) => event.position > Number(after) && (!kind || matchesKind(kind, event.kind)))
        .slice(0, limit),
    }),
  };
}

const positions = ({ events }: { events: PulseEvent[] }) => events.map(({ position }) => position);

test('page after page gives every event once, newest first', async () => {
  const source = makeSource(230);
  const seen: number[] = [];
  let before: number | null = null;
  do {
    const page = await readEventsBefore(source, {}, before);
    seen.push(...positions(page));
    before = page.before;
  } while (before !== null);
  expect(seen).toEqual(Array.from({ length: 230 }, (_, index) => 230 - index));
});

test('a filter passes over what does not match', async () => {
  const page = await readEventsBefore(makeSource(2_000), { kind: '*.__abort__' }, null);
  expect(positions(page).slice(0, 3)).toEqual([2_000, 1_990, 1_980]);
  expect(page.before).toBe(1_001);
});

test('an empty log is one empty page', async () => {
  expect(await readEventsBefore(makeSource(0), {}, null)).toEqual({ events: [], before: null, asOf: 'abcd1234-0-0' });
});
