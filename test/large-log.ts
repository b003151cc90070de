import pg from 'pg';

/** How large a log is made, and how it is cut. */
export interface LargeLog {
  /** A multiple of 200. Each has ten events. */
  workflows: number;
  /** How many of the active ones an adapter holds. */
  leases?: number;
  /** Positions to a partition. Default: as migrated. */
  partitionSize?: number;
}

/**
 * Fills an empty log with the past year of a busy place, in the server: quicker than to append, and past the guards.
 *
 * Everything is what appends would have left, but for the hashes, which are merely as long as hashes are. Two hundred
 * workflows run at once, so their events lie between each other's. One in a hundred is active, most of them the newest; of
 * the others nine in ten have ended, and one in ten was aborted. After one event in a hundred a guard refused something.
 */
export async function fillLog(url: string, { workflows, leases = 0, partitionSize }: LargeLog): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    if (partitionSize) await partitionLog(client, partitionSize);
    await client.query('SELECT pulse_make_partitions($1)', [workflows * 10]);
    await client.query(`CREATE TEMPORARY TABLE made AS ${madeWorkflows(workflows)}`);
    await client.query(`SET maintenance_work_mem = '512MB'`);
    const indexes = await dropIndexes(client);
    for (let first = 0; first < workflows; first += workflowsAtOnce)
      await client.query(fillEvents(first, Math.min(first + workflowsAtOnce, workflows) - 1));
    for (const statement of fillTables(leases)) await client.query(statement);
    for (const definition of indexes) await client.query(definition);
    await client.query('DROP TABLE made');
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}

/** Cuts an empty log into partitions of a size, as its owner may before the first append. */
export async function partitionLog(client: pg.Client, size: number): Promise<void> {
  await client.query('ALTER TABLE event DETACH PARTITION event_1');
  await client.query('DROP TABLE event_1');
  await client.query('UPDATE log_head SET partition_size = $1, partitioned_until = 1', [size]);
  await client.query('SELECT pulse_make_partitions(0)');
}

/** Few enough to be put in order in memory. */
const workflowsAtOnce = 20_000;

/** An index is built faster than it grows. */
async function dropIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(`
    SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = ANY ('{event,refusal,stream,workflow,lease}'::regclass[]) AND NOT i.indisprimary`);
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  return rows.map(({ definition }) => definition.replace(' ON ONLY ', ' ON '));
}

/** One row a workflow: the numbers that its rows elsewhere follow from. */
function madeWorkflows(workflows: number): string {
  return `
    SELECT n, name, name || '-' || substr(md5(n::text), 1, 12) AS key,
           CASE WHEN n > ${workflows} * 0.992 OR n % 500 = 7 THEN 'active' WHEN n % 10 = 3 THEN 'aborted' ELSE 'ended' END AS status,
           jsonb_build_object('type', 'user', 'id', 'user' || n % 61, 'name', 'Person ' || n % 61, 'via', 'web') AS actor,
           (n / 200) * 2000 + n % 200 + 1 AS start_position,
           now() - interval '1 year' + ((n / 200) * 2000 + n % 200 + 1) * (interval '1 year' / (${workflows} * 10)) AS started_at,
           interval '1 year' / (${workflows} * 10) * 200 AS step_time
    FROM generate_series(0, ${workflows - 1}) AS n
    CROSS JOIN LATERAL (SELECT (ARRAY['meta','meta','meta','meta','pipeline','pipeline','pipeline','import','import','report'])[1 + abs(hashint4(n)) % 10] AS common) c
    CROSS JOIN LATERAL (SELECT CASE WHEN n % 97 = 5 THEN 'nightly' ELSE common END AS name) d`;
}

const roles = `(ARRAY['planner', 'coder', 'reviewer', 'tester'])`;
const reason = `CASE WHEN status = 'aborted' THEN 'ticket ' || n % 9973 || ': the task is out of scope' END`;
const hash = (text: string) => `md5(${text}) || md5('x' || ${text})`;

function fillEvents(first: number, last: number): string {
  return `
    INSERT INTO event (position, key, sequence, kind, payload, actor, occurred_at, hash)
    SELECT start_position + step * 200, key, step + 1,
           name || '.' || CASE WHEN step = 0 THEN '__start__'
             WHEN step = 9 THEN CASE status WHEN 'active' THEN '__round__' WHEN 'aborted' THEN '__abort__' ELSE '__end__' END
             WHEN step % 2 = 1 THEN '__round__' ELSE ${roles}[step / 2] END,
           CASE WHEN step = 0 THEN jsonb_build_object('input', jsonb_build_object('task', 'Do what number ' || n || ' says'), 'maxRounds', 8)
             WHEN step = 9 AND status = 'aborted' THEN jsonb_build_object('reason', ${reason})
             WHEN step = 9 AND status = 'ended' THEN jsonb_build_object('outcome', 'done')
             WHEN step % 2 = 1 THEN jsonb_build_object('round', step / 2 + 1, 'role', coalesce(${roles}[step / 2 + 1], 'planner'), 'adapter', 'adapter-1')
             ELSE jsonb_build_object('round', step / 2, 'outcome', 'done', 'output',
               jsonb_build_object('summary', 'what the role says that it did, in a sentence or two as these are', 'n', n)) END,
           actor, started_at + step * step_time, ${hash('(start_position + step * 200)::text')}
    FROM made CROSS JOIN generate_series(0, 9) AS step WHERE n BETWEEN ${first} AND ${last}
    ORDER BY 1`;
}

function fillTables(leases: number): string[] {
  return [
    `INSERT INTO refusal (id, after_position, key, kind, payload, actor, guard, "check", state, occurred_at)
     SELECT row_number() OVER (ORDER BY p), p, key, name || '.__abort__', '{"reason": "too late"}', actor, 'workflow-lifecycle',
            'state.status = ''active''', jsonb_build_object('status', status), started_at + 9 * step_time
     FROM made CROSS JOIN LATERAL (SELECT start_position + 1800 AS p) AS place WHERE n % 10 = 3`,
    `INSERT INTO stream (key, sequence, guard_states, hash)
     SELECT key, 10, jsonb_build_object('workflow-lifecycle', jsonb_build_object('status', status), 'workflow-rounds', jsonb_build_object('open', status = 'active', 'round', 4)),
            ${hash('(start_position + 1800)::text')}
     FROM made`,
    `INSERT INTO workflow (key, name, status, round, max_rounds, role, started_at, updated_at, ended_at, started_by, aborted_by,
                           reason, outcome, position, start_position)
     SELECT key, name, status, CASE status WHEN 'active' THEN 5 ELSE 4 END, 8, CASE status WHEN 'active' THEN 'planner' END, started_at,
            started_at + 9 * step_time, CASE WHEN status <> 'active' THEN started_at + 9 * step_time END, actor,
            CASE status WHEN 'aborted' THEN actor END, ${reason}, CASE status WHEN 'ended' THEN 'done' END, start_position + 1800, start_position
     FROM made ORDER BY n`,
    `INSERT INTO lease (key, name, adapter_id, epoch, due_at)
     SELECT key, name, CASE WHEN nth <= ${leases} THEN 'adapter-' || n % 7 END, 1,
            CASE WHEN nth <= ${leases} THEN now() + interval '1 hour' ELSE started_at END
     FROM (SELECT *, row_number() OVER (ORDER BY n) AS nth FROM made WHERE status = 'active') AS active`,
    `UPDATE log_head SET position = (SELECT max(position) FROM event), refusals = (SELECT max(id) FROM refusal)`,
  ];
}
