import { describe, expect, it } from 'vitest';
import type { TimelineEntry } from '#domain/event.ts';
import { limits } from '#domain/limits.ts';
import { appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { ListEvents, listEvents } from '../events/list-events.ts';
import type { Pulse } from '../pulse.ts';
import { GetTimeline, getTimeline } from '../workflows/timeline.ts';

const { pulses } = setUpPulses();
const pulse = () => pulses[0] as Pulse;
const large = 'x'.repeat(limits.payloadBytes - 100);
const maxPageBytes = limits.pageCharacters + limits.payloadBytes + 10_000;

const eventCount = 41;
const refusalCount = 20;

/** A key with events and refusals between them; of those that are large there are more than a page may hold. */
async function writeTrail(isLarge: { event: boolean; refusal: boolean }): Promise<string> {
  const key = newKey();
  await appendOne(pulse(), key, 'meta.__start__');
  for (let n = 1; n < eventCount; n += 1) {
    await appendOne(pulse(), key, 'meta.note', isLarge.event ? { n, large } : { n });
    if (n % 2) await appendOne(pulse(), key, 'meta.__start__', isLarge.refusal ? { n, large } : { n }).catch(() => {});
  }
  return key;
}

/** Where an entry stands on the trail; each refusal here follows an event of its own. */
const findPlace = (entry: TimelineEntry) => (entry.type === 'event' ? entry.position : entry.afterPosition + 0.5);
const sizeOf = (page: unknown) => JSON.stringify(page).length;

describe('a page of large entries', () => {
  it.each([
    { event: true, refusal: true },
    { event: true, refusal: false },
    { event: false, refusal: true },
  ])('of a timeline ends before it is too large, and the pages give the trail, in both orders: %j', async (isLarge) => {
    const key = await writeTrail(isLarge);
    for (const order of ['asc', 'desc'] as const) {
      const places: number[] = [];
      let cursor: string | null = null;
      do {
        const page = await getTimeline(pulse(), GetTimeline.parse({ key, limit: limits.pageItems, order, cursor }));
        // Events and refusals are read beside each other, each as much.
        expect(sizeOf(page)).toBeLessThan(2 * maxPageBytes);
        places.push(...page.entries.map(findPlace));
        cursor = page.nextCursor;
      } while (cursor);
      expect(new Set(places).size).toBe(eventCount + refusalCount);
      expect(places).toEqual(places.toSorted((left, right) => (order === 'asc' ? left - right : right - left)));
    }
  });

  it('of the log ends before it is too large, also where a pattern chooses', async () => {
    const key = await writeTrail({ event: true, refusal: true });
    for (const filter of [{ key }, { key, kind: 'meta.*' }]) {
      const sequences: number[] = [];
      let after: string | undefined;
      do {
        const page = await listEvents(pulse(), ListEvents.parse({ ...filter, after, limit: limits.pageItems }));
        expect(sizeOf(page)).toBeLessThan(maxPageBytes);
        sequences.push(...page.events.map(({ sequence }) => sequence));
        after = page.nextCursor ?? undefined;
      } while (after);
      expect(sequences).toEqual(Array.from({ length: eventCount }, (_, index) => index + 1));
    }
  });

  it('of the tail holds about one payload', async () => {
    const after = await pulse().head();
    const key = await writeTrail({ event: true, refusal: true });
    const stop = new AbortController();
    let entries = 0;
    for await (const page of pulse().tailPages({ after, key, signal: stop.signal })) {
      expect(sizeOf(page)).toBeLessThan(4 * limits.payloadBytes + 10_000);
      entries += page.length;
      if (entries === eventCount + refusalCount) stop.abort();
    }
    expect(entries).toBe(eventCount + refusalCount);
  });
});
