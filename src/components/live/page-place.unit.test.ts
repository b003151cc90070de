import { expect, test } from 'vitest';
import { countKeptPages, findPlace, keptRows, type PagePlace, placeBelow, topPlace } from './page-place.ts';

/** The place of the last of some pages of a hundred rows, of which the first begins at the top. */
function goDown(pages: number): PagePlace {
  let place = topPlace;
  for (let page = 1; page < pages; page += 1) place = placeBelow(place, `after ${page}`, 100) ?? place;
  return place;
}

test('from any place, the page of each row above is found, and its own for what is below', () => {
  const last = goDown(5);
  expect([0, 99, 100, 250, 399, 400, 10_000].map((row) => findPlace(last, row).above)).toEqual([
    0, 0, 100, 200, 300, 400, 400,
  ]);
  expect(findPlace(last, 0)).toBe(topPlace);
});

test('after the last page there is no place', () => {
  expect(placeBelow(topPlace, null, 100)).toBeNull();
});

test('pages of few rows are all kept; once there are enough rows, one more page takes the place of another', () => {
  const makeData = (pages: number) => ({ pages: Array(pages).fill({}), pageParams: [] });
  expect(countKeptPages(undefined, 0)).toBeUndefined();
  expect(countKeptPages(makeData(500), 500)).toBeUndefined();
  expect(countKeptPages(makeData(5), 5 * keptRows)).toBe(5);
});
