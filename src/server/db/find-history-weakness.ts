import { withConnection } from './with-connection.ts';

/**
 * Finds what would let the role of a connection change history, or have it changed, in spite of the triggers.
 *
 * Shape: the end of a sentence that begins with the role; undefined when nothing would.
 */
export async function findHistoryWeakness(url: string): Promise<string | undefined> {
  const { rows } = await withConnection(url, (client) =>
    client.query<{ weakness: string | null }>(
      `SELECT CASE
         WHEN r.rolsuper OR r.rolcreaterole THEN 'administers the server'
         WHEN bool_or(pg_has_role(c.relowner, 'MEMBER')) THEN 'owns the tables'
         WHEN bool_or(has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')) THEN 'may write to the tables'
         WHEN bool_or(has_schema_privilege(c.relnamespace, 'CREATE')) THEN 'may put functions into the schema'
       END AS weakness
       FROM pg_roles r, pg_class c
       WHERE r.rolname = current_user AND (c.oid IN (to_regclass('event'), to_regclass('refusal'))
         OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = to_regclass('event')))
       GROUP BY r.rolsuper, r.rolcreaterole`,
    ),
  );
  return rows[0]?.weakness ?? undefined;
}
