import pg from 'pg';
import { fillLog } from '../test/large-log.ts';

/** The workflow with a trail that is longer than any a person reads. */
export const longKey = 'a-very-long-run';

/** Fills an empty log with workflows, and one of them with so many events. */
export async function fillUiLog(ownerUrl: string, workflows: number, events: number): Promise<void> {
  await fillLog(ownerUrl, { workflows });
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('SELECT pulse_make_partitions($1)', [workflows * 10 + events * 3]);
    for (const statement of longTrail(events)) await client.query(statement);
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}

/** A start, and then rounds: a `__round__` and what the role says, by turns. */
function longTrail(events: number): string[] {
  const actor = `'{"type": "adapter", "id": "adapter-1", "name": "adapter-1", "via": "adapter"}'::jsonb`;
  return [
    `INSERT INTO event (position, key, sequence, kind, payload, actor, occurred_at, hash)
     SELECT (SELECT position FROM log_head) + n, '${longKey}', n,
            CASE WHEN n = 1 THEN 'meta.__start__' WHEN n % 2 = 0 THEN 'meta.__round__' ELSE 'meta.coder' END,
            CASE WHEN n = 1 THEN '{"input": {"task": "Go on"}, "maxRounds": 10000}'::jsonb
              WHEN n % 2 = 0 THEN jsonb_build_object('round', n / 2, 'role', 'coder', 'adapter', 'adapter-1')
              ELSE jsonb_build_object('round', n / 2, 'outcome', 'done', 'output', 'a sentence or two, as roles say them ' || n) END,
            ${actor}, now() - (${events} - n) * interval '1 second', md5(n::text) || md5('x' || n)
     FROM generate_series(1, ${events}) AS n ORDER BY 1`,
    `INSERT INTO stream (key, sequence, guard_states, hash)
     VALUES ('${longKey}', ${events}, '{"workflow-lifecycle": {"status": "active"}, "workflow-rounds": {"status": "active", "round": ${events / 2}, "role": "coder"}}', repeat('0', 64))`,
    `INSERT INTO workflow (key, name, status, round, max_rounds, started_at, updated_at, started_by, position, start_position)
     SELECT '${longKey}', 'meta', 'active', ${events / 2}, 10000, now() - ${events} * interval '1 second', now(), ${actor},
            position + ${events}, position + 1 FROM log_head`,
    `UPDATE log_head SET position = position + ${events}`,
  ];
}
