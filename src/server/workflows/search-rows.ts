import { Prisma, type PrismaClient } from '../db/generated/client.ts';
import { holdsLabels, type ListBounds, type ListRow, readInOrder, readThenSort } from './list-rows.ts';

/** How many of the first are looked at one by one before the index is asked. */
const firstRows = 500;
/** How many are where that found so much that these should fill the page. */
const moreRows = 5_000;
/** How many that the index finds are put in order without a second thought. */
const sortedRows = 5_000;

/** What is looked for: a text anywhere in a workflow, and exactly the name of who started it. At least one of both. */
interface Wanted {
  search?: string | undefined;
  startedBy?: string | undefined;
}

/**
 * Finds a text in workflows, in the order of the list.
 *
 * A common text fills its page from the beginning of the list; a rare one is found by the index. A text of which there is
 * much, but little at the beginning, is read in order when that holds some of it, and sorted when it holds none.
 * **Source** `docs/adr/0011-flat-reads.md`
 */
export async function searchRows(
  prisma: PrismaClient,
  bounds: ListBounds,
  { search, startedBy }: Wanted,
  limit: number,
): Promise<ListRow[]> {
  const texts = [search, startedBy].filter((text) => text !== undefined && text !== '') as string[];
  const conditions = texts.map(
    (text) => Prisma.sql`workflow_text(key, reason, started_by, aborted_by) ILIKE ${`%${escapeLike(text)}%`}::text`,
  );
  if (startedBy) conditions.push(Prisma.sql`started_by->>'name' = ${startedBy}::text`);
  const holdsText = Prisma.join(conditions, ' AND ');
  const readAll = () => prisma.$queryRaw<ListRow[]>(readInOrder(bounds, limit, { condition: holdsText }));
  if (bounds.parent !== undefined || !texts.some(hasTrigram) || !(await hasSearchIndex(prisma))) return readAll();

  const look = (among: number) =>
    prisma.$queryRaw<ListRow[]>(readInOrder(bounds, limit, { condition: holdsText, among }));
  let first = await look(firstRows);
  const expected = (first.length / firstRows) * moreRows;
  if (first.length < limit && expected >= limit) first = await look(moreRows);
  if (first.length === limit) return first;
  const fitting = Prisma.join([holdsText, ...holdsLabels(bounds)], ' AND ');
  const rare = await readByIndex(prisma, readThenSort(bounds, limit, fitting, sortedRows));
  if (rare.found < sortedRows) return rare.rows;
  if (first.length > 0) return readAll();
  return (await readByIndex(prisma, readThenSort(bounds, limit, fitting, null))).rows;
}

/** A pattern without three letters or digits in a row is none that the index could look up. */
function hasTrigram(search: string): boolean {
  return /[\p{L}\p{N}]{3}/u.test(search);
}

/** A server without `pg_trgm`, or one whose owner may not use it, has none. */
async function hasSearchIndex(prisma: PrismaClient): Promise<boolean> {
  const [row] = await prisma.$queryRaw<[{ made: boolean }]>`
    SELECT to_regclass('workflow_search_idx') IS NOT NULL AS made`;
  return row.made;
}

/** The planner can't know how rare a part of a text is, and would rather read the table: here it may not. */
async function readByIndex(prisma: PrismaClient, sql: Prisma.Sql): Promise<{ rows: ListRow[]; found: number }> {
  const [, rows] = await prisma.$transaction([
    prisma.$queryRaw`SELECT set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true)`,
    prisma.$queryRaw<(ListRow & { found: number })[]>(sql),
  ]);
  return { rows, found: rows[0]?.found ?? 0 };
}

/** LIKE's own characters stand for themselves. */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
