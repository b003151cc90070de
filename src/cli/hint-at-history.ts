import { findHistoryWeakness } from '#server/db/find-history-weakness.ts';
import type { OpenDatabase } from '#server/db/open-database.ts';

/** Says so when only triggers, which it could get round, keep the application's role from changing history. */
export async function hintAtHistory({ url }: OpenDatabase, print: (line: string) => void): Promise<void> {
  const weakness = await findHistoryWeakness(url);
  if (weakness) print(`The role of DATABASE_URL ${weakness}, so it could change history; see docs/database.md.`);
}
