import type { Pulse } from '../pulse.ts';

/**
 * Counts who would be aborted with some workflows: their living children, and theirs.
 *
 * One statement, whose recursion goes down the index of parents. It stops at those that are among the workflows themselves, so
 * that each one counts once.
 *
 * **Shape** by the key of the workflow, without those that have none.
 */
export async function countFamilies(
  pulse: Pulse,
  workflows: readonly { key: string; ok: boolean }[],
): Promise<Map<string, number>> {
  const keys = workflows.filter(({ ok }) => ok).map(({ key }) => key);
  if (keys.length === 0) return new Map();
  const rows = await pulse.prisma.$queryRaw<{ key: string; children: number }[]>`
    WITH RECURSIVE asked AS MATERIALIZED (SELECT unnest(${keys}::text[]) AS key),
    family AS (
      SELECT key, key AS root, false AS is_child FROM asked
      UNION ALL
      SELECT c.key, f.root, true FROM family f JOIN workflow c ON c.parent = f.key
      WHERE c.status = 'active' AND NOT EXISTS (SELECT FROM asked a WHERE a.key = c.key)
    )
    SELECT root AS key, count(*)::int AS children FROM family WHERE is_child GROUP BY root`;
  return new Map(rows.map(({ key, children }) => [key, children]));
}
