import { expect, it } from 'vitest';
import type { Cursor } from '#domain/cursor.ts';
import type { LogPage } from './read.ts';
import { createStoredPages } from './stored-pages.ts';

const at = (position: number): Cursor => ({ logId: 'log1', position, refusals: 0 });

/** Pages of a log, and the positions after which it was read. */
function setUp() {
  const reads: number[] = [];
  const pages = createStoredPages(async ({ position }): Promise<LogPage> => {
    reads.push(position);
    if (position === 13) throw new Error('failed');
    return { entries: [], next: at(position + 1), complete: false, characters: 0, meanCharacters: 0 };
  });
  return { reads, pages };
}

it('reads once for all who are at the same place with the same filter', async () => {
  const { reads, pages } = setUp();
  const all = await Promise.all(Array.from({ length: 100 }, () => pages.take(at(1), { key: 'k' }, 1)));
  expect(new Set(all).size).toBe(1);
  expect(await pages.take(at(1), { key: 'k' }, 1)).toBe(all[0]);
  for (const filter of [{}, { key: 'other' }, { kind: 'k' }, { key: 'k', eventsOnly: true }]) {
    expect(await pages.take(at(1), filter, 1)).not.toBe(all[0]);
  }
  expect(reads).toEqual([1, 1, 1, 1, 1]);
});

it('keeps a few pages, none that could not be read, and none of a log that was replaced', async () => {
  const { reads, pages } = setUp();
  const first = await pages.take(at(0), {}, 1);
  for (let position = 20; position < 40; position += 1) await pages.take(at(position), {}, 1);
  expect(await pages.take(at(0), {}, 1)).not.toBe(first);
  const last = await pages.take(at(39), {}, 1);
  expect(await pages.take(at(39), {}, 1)).toBe(last);
  pages.reset();
  expect(await pages.take(at(39), {}, 1)).not.toBe(last);
  for (let time = 0; time < 2; time += 1) await expect(pages.take(at(13), {}, 1)).rejects.toThrow('failed');
  expect(reads.filter((position) => position === 13)).toHaveLength(2);
});
