import pg from 'pg';

/**
 * What the application may do, table by table; all else is done by `pulse_append`, which acts as its owner.
 *
 * A partition of `event` has no rights of its own: whoever may read the log reads it by its name.
 */
const tableRights: Record<string, readonly string[]> = {
  _prisma_migrations: ['SELECT'],
  account: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  adapter: ['SELECT', 'INSERT', 'UPDATE (seen_at)', 'DELETE'],
  command: ['SELECT', 'DELETE'],
  event: ['SELECT'],
  guard: ['SELECT'],
  lease: ['SELECT', 'UPDATE (adapter_id)', 'UPDATE (epoch)', 'UPDATE (due_at)', 'UPDATE (is_parked)'],
  log_head: ['SELECT'],
  person: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  refusal: ['SELECT'],
  role_output: ['SELECT', 'INSERT', 'DELETE'],
  session: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  stream: ['SELECT', 'UPDATE (lease_epoch)'],
  token: ['SELECT', 'INSERT', 'UPDATE (last_used_at)', 'UPDATE (revoked_at)'],
  verification: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  workflow: ['SELECT'],
};

/** Which the application calls. */
const FUNCTIONS = [
  'pulse_append(jsonb,appended_stream[],appended_workflow[],appended_event[],appended_turn[],jsonb,jsonb,jsonb)',
  'pulse_claim(text,text[],integer[],integer,integer,text[])',
  'pulse_claim_offered(text,text[],text[],integer[],integer)',
];

/**
 * Gives a role what the application needs, and takes from it what it does not need of the log's tables and functions.
 *
 * Call it as their owner, on a migrated database and one caller at a time. Where nothing is to be changed it only reads.
 *
 * **Locks** `event` against being altered, so that no partition is made meanwhile; appends and readers go on.
 */
export async function grantRights(client: pg.Client, role: string): Promise<void> {
  const [wanted, found] = [await listWantedRights(client), await readRights(client, role)];
  const surplus = found.filter((right) => !wanted.includes(right));
  if (surplus.length === 0 && wanted.every((right) => found.includes(right))) return;

  const name = pg.escapeIdentifier(role);
  const statements = [
    'LOCK TABLE ONLY event IN SHARE UPDATE EXCLUSIVE MODE',
    ...surplus.map((right) => `REVOKE ${right} FROM ${name}`),
    // All of them: to revoke a right on a table revokes it on the columns too.
    ...wanted.map((right) => `GRANT ${right} TO ${name}`),
  ];
  // Statements that are sent together are one transaction.
  await client.query(statements.join(';\n'));
}

async function listWantedRights(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ schema: string }>('SELECT quote_ident(current_schema()) AS schema');
  const ofTables = Object.entries(tableRights).flatMap(([table, rights]) =>
    rights.map((right) => `${right} ON TABLE ${table}`),
  );
  const ofFunctions = FUNCTIONS.map((name) => `EXECUTE ON FUNCTION ${name}`);
  return [`USAGE ON SCHEMA ${rows[0]?.schema}`, ...ofTables, ...ofFunctions];
}

/** The rights that were given to a role itself, in the words of GRANT. */
async function readRights(client: pg.Client, role: string): Promise<string[]> {
  const { rows } = await client.query<{ granted: string }>(
    `WITH grantee AS (SELECT oid FROM pg_roles WHERE rolname = $1),
     home AS (SELECT oid, nspname, nspacl FROM pg_namespace WHERE nspname = current_schema()),
     ours AS (
       SELECT c.oid, c.relname, c.relacl FROM pg_class c JOIN home ON c.relnamespace = home.oid
       WHERE c.relname = ANY ($2) OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = to_regclass('event'))
     ), given AS (
       SELECT format('%s ON SCHEMA %I', a.privilege_type, nspname) AS granted, a.grantee
         FROM home, aclexplode(nspacl) a
       UNION ALL
       SELECT format('%s ON TABLE %I', a.privilege_type, relname), a.grantee FROM ours, aclexplode(relacl) a
       UNION ALL
       SELECT format('%s (%I) ON TABLE %I', a.privilege_type, c.attname, relname), a.grantee
         FROM ours JOIN pg_attribute c ON c.attrelid = ours.oid, aclexplode(c.attacl) a
       UNION ALL
       SELECT format('%s ON FUNCTION %s', a.privilege_type, p.oid::regprocedure), a.grantee
         FROM pg_proc p JOIN home ON p.pronamespace = home.oid, aclexplode(p.proacl) a
         WHERE starts_with(p.proname, 'pulse_')
     )
     SELECT granted FROM given JOIN grantee ON grantee.oid = given.grantee`,
    [role, Object.keys(tableRights)],
  );
  return rows.map(({ granted }) => granted);
}
