import { describe, expect, it } from 'vitest';
import { readPage } from './read-page.ts';

interface Row {
  id: number;
  payload: string;
}

/** A table of rows whose payloads have so many characters, and how many rows were asked for at a time. */
function table(sizes: readonly number[]) {
  const rows: Row[] = sizes.map((size, id) => ({ id, payload: 'x'.repeat(size) }));
  const asked: number[] = [];
  const read = async (take: number, last: Row | undefined) => {
    asked.push(take);
    const first = last === undefined ? 0 : last.id + 1;
    return rows.slice(first, first + take);
  };
  return { read, asked };
}

const ids = ({ rows }: { rows: Row[] }) => rows.map(({ id }) => id);

describe('a page', () => {
  it('holds all rows when they are few and small', async () => {
    const { read } = table([1, 1, 1]);
    const page = await readPage(read, { limit: 10, maxCharacters: 100 });
    expect(page).toMatchObject({ complete: true, characters: 9 });
    expect(ids(page)).toEqual([0, 1, 2]);
  });

  it('ends at its limit', async () => {
    const { read } = table(Array(300).fill(1));
    const page = await readPage(read, { limit: 250, maxCharacters: 10_000 });
    expect(ids(page)).toEqual([...Array(250).keys()]);
    expect(page.complete).toBe(false);
  });

  it('ends after the row that makes it too large, and reads on where rows are small', async () => {
    const { read } = table([...Array(150).fill(1), 100, ...Array(150).fill(1)]);
    const page = await readPage(read, { limit: 1_000, maxCharacters: 500 });
    expect(ids(page)).toEqual([...Array(151).keys()]);
    expect(page.complete).toBe(false);
  });

  it('holds one row at least, and asks for few at a time: each may be large', async () => {
    const { read, asked } = table(Array(1_000).fill(1_000));
    const page = await readPage(read, { limit: 1_000, maxCharacters: 500 });
    expect(ids(page)).toEqual([0]);
    expect(asked).toEqual([100]);
  });

  it('asks for no more than it is likely to hold, and for another read where they are smaller', async () => {
    const { read, asked } = table(Array(1_000).fill(998));
    const page = await readPage(read, { limit: 1_000, maxCharacters: 10_000, likelyCharacters: 2_000 });
    expect(page.rows).toHaveLength(11);
    expect(asked).toEqual([6, 5]);
  });
});
