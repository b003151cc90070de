import pg from 'pg';
import { vi } from 'vitest';

interface Statement {
  text: string;
  values: unknown[];
}

/** What executing a statement touched. */
export interface Touched {
  sql: string;
  /** Rows that its scans gave or passed over. */
  rows: number;
  /** The most rows that one of its sorts put in order. */
  sorted: number;
  /** The tables that it read from one end to the other. */
  scanned: string[];
  plan: PlanNode;
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

/** Runs some code and records what it sends to the database, whichever library sends it. */
export async function captureStatements(run: () => Promise<unknown>): Promise<Statement[]> {
  const spy = vi.spyOn(pg.Client.prototype, 'query');
  try {
    await run();
    return spy.mock.calls.map((call) => toStatement(call as unknown[]));
  } finally {
    spy.mockRestore();
  }
}

function toStatement([query, values]: unknown[]): Statement {
  const { text, values: own } = typeof query === 'string' ? { text: query } : (query as Statement);
  return { text, values: own ?? (Array.isArray(values) ? values : []) };
}

/** Executes captured statements once more, each explained, and takes back what they write. */
export async function explainStatements(client: pg.Client, statements: Statement[]): Promise<Touched[]> {
  const explained: Touched[] = [];
  await client.query('BEGIN');
  for (const { text, values } of statements) {
    if (/^\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b/i.test(text) && !text.includes('set_config(')) {
      const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
      explained.push(measure(text, rows[0]['QUERY PLAN'][0].Plan));
    } else if (/^\s*(COMMIT|ROLLBACK)/i.test(text)) await client.query('ROLLBACK AND CHAIN');
    else if (!/^\s*BEGIN/i.test(text)) await client.query(text, values);
  }
  await client.query('ROLLBACK');
  return explained;
}

function measure(sql: string, plan: PlanNode): Touched {
  const nodes = listNodes(plan).filter((node) => node['Actual Loops'] > 0);
  const times = (node: PlanNode, rows = node['Actual Rows']) => Math.round(rows * node['Actual Loops']);
  const rows = nodes
    .filter((node) => node['Node Type'].endsWith('Scan') && !/CTE|Subquery|Function/.test(node['Node Type']))
    .map((node) =>
      times(
        node,
        node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0),
      ),
    );
  const sorted = nodes
    .filter((node) => node['Node Type'].endsWith('Sort'))
    .map((node) => (node.Plans ?? []).reduce((sum, child) => sum + times(child), 0));
  const scanned = nodes.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name'] ?? '');
  return { sql, rows: rows.reduce((sum, count) => sum + count, 0), sorted: Math.max(0, ...sorted), scanned, plan };
}

function listNodes(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(listNodes)];
}
