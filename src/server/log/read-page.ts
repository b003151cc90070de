import { limits } from '#domain/limits.ts';

/** Rows of one table in one direction. `complete` when nothing was left. */
export interface RowPage<Row> {
  rows: Row[];
  complete: boolean;
  /** About how much their JSON is. */
  characters: number;
}

/** How much a page may hold. */
export interface PageSize {
  limit: number;
  /** It ends after the entry that exceeds this. Default: {@link limits.pageCharacters}. */
  maxCharacters?: number | undefined;
  /** How large an entry is, going by the page before: no more are read than the page is likely to hold. Default: small. */
  likelyCharacters?: number | undefined;
}

/** No more rows are asked for at once, however small those before were: each of them can have 256 KiB. */
const rowsPerRead = 100;

/**
 * Reads rows until there are `limit`, or until they hold more than `maxCharacters` of JSON.
 *
 * Only reading tells how large a payload is: the database knows its compressed size.
 * **Shape** at least one row where there is one, however large.
 */
export async function readPage<Row extends { payload: unknown }>(
  read: (take: number, last: Row | undefined) => Promise<Row[]>,
  { limit, maxCharacters = limits.pageCharacters, likelyCharacters = 1 }: PageSize,
): Promise<RowPage<Row>> {
  const rows: Row[] = [];
  let characters = 0;
  for (;;) {
    const likely = rows.length > 0 ? characters / rows.length : likelyCharacters;
    const fitting = Math.ceil((maxCharacters - characters + 1) / Math.max(1, likely));
    const take = Math.min(rowsPerRead, limit - rows.length, fitting);
    const some = await read(take, rows.at(-1));
    for (const row of some) {
      rows.push(row);
      characters += JSON.stringify(row.payload).length;
      if (characters > maxCharacters) return { rows, complete: false, characters };
    }
    if (some.length < take) return { rows, complete: true, characters };
    if (rows.length === limit) return { rows, complete: false, characters };
  }
}
