import { describe, expect, it } from 'vitest';
import { limits } from '#domain/limits.ts';
import { appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { ListEvents, listEvents } from '../events/list-events.ts';
import type { Pulse } from '../pulse.ts';
import { GetTimeline, getTimeline } from '../workflows/timeline.ts';

const { pulses } = setUpPulses();
const pulse = () => pulses[0] as Pulse;
const large = 'x'.repeat(limits.payloadBytes - 100);
const maxPageBytes = limits.pageCharacters + limits.payloadBytes + 10_000;

/** A key with more large events than a page may hold, and refusals of large attempts between them. */
async function writeLargeTrail(): Promise<string> {
  const key = newKey();
  await appendOne(pulse(), key, 'meta.__start__');
  for (let n = 0; n < 40; n += 1) {
    await appendOne(pulse(), key, 'meta.note', { n, large });
    if (n % 3 === 0) await appendOne(pulse(), key, 'meta.__start__', { n, large }).catch(() => {});
  }
  return key;
}

const sizeOf = (page: unknown) => JSON.stringify(page).length;

describe('a page of large entries', () => {
  it('of a timeline ends before it is too large, and the pages give the trail, in both orders', async () => {
    const key = await writeLargeTrail();
    const trails: Record<'asc' | 'desc', string[]> = { asc: [], desc: [] };
    for (const order of ['asc', 'desc'] as const) {
      let cursor: string | null = null;
      do {
        const page = await getTimeline(pulse(), GetTimeline.parse({ key, limit: limits.pageItems, order, cursor }));
        // Events and refusals are read beside each other, each as much.
        expect(sizeOf(page)).toBeLessThan(2 * maxPageBytes);
        trails[order].push(
          ...page.entries.map(
            (entry) => `${entry.type} ${entry.type === 'event' ? entry.sequence : entry.afterPosition}`,
          ),
        );
        cursor = page.nextCursor;
      } while (cursor);
    }
    expect(trails.asc).toHaveLength(41 + 14);
    expect(trails.desc.reverse()).toEqual(trails.asc);
  });

  it('of the log ends before it is too large, also where a pattern chooses', async () => {
    const key = await writeLargeTrail();
    for (const filter of [{ key }, { key, kind: 'meta.*' }]) {
      const sequences: number[] = [];
      let after: string | undefined;
      do {
        const page = await listEvents(pulse(), ListEvents.parse({ ...filter, after, limit: limits.pageItems }));
        expect(sizeOf(page)).toBeLessThan(maxPageBytes);
        sequences.push(...page.events.map(({ sequence }) => sequence));
        after = page.nextCursor ?? undefined;
      } while (after);
      expect(sequences).toEqual(Array.from({ length: 41 }, (_, index) => index + 1));
    }
  });

  it('of the tail holds about one payload', async () => {
    const after = await pulse().head();
    const key = await writeLargeTrail();
    const stop = new AbortController();
    let entries = 0;
    for await (const page of pulse().tailPages({ after, key, signal: stop.signal })) {
      expect(sizeOf(page)).toBeLessThan(4 * limits.payloadBytes + 10_000);
      entries += page.length;
      if (entries === 55) stop.abort();
    }
    expect(entries).toBe(55);
  });
});
