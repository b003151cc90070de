import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cursor } from '#domain/cursor.ts';
import type { Json } from '#domain/json.ts';
import { limits } from '#domain/limits.ts';
import type { Status } from '#domain/workflow.ts';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { captureStatements, explainStatements } from '#test/explain.ts';
import { fillLog } from '#test/large-log.ts';
import { ana } from '#test/pulse.ts';
import { runSql } from '#test/sql.ts';
import { listAdapters } from './adapters/list-adapters.ts';
import { ListEvents, listEvents } from './events/list-events.ts';
import { getGuardState } from './guards/read-guards.ts';
import { claimWorkflows } from './leases/claim-workflows.ts';
import { findNextClaim } from './leases/find-next-claim.ts';
import { lookAtWorkflows } from './leases/look-at-workflow.ts';
import { renewLeases } from './leases/renew-leases.ts';
import { readLog, resolveCursor } from './log/read.ts';
import { loadStreams } from './log/stream.ts';
import { openPulse, type Pulse } from './pulse.ts';
import { CountWorkflows, countWorkflows } from './workflows/count.ts';
import { getWorkflow } from './workflows/get.ts';
import { ListWorkflows, listWorkflows } from './workflows/list.ts';
import { ListRounds, listRounds } from './workflows/rounds.ts';
import { GetTimeline, getTimeline } from './workflows/timeline.ts';

const page = 20;
/** A statement may touch a few rows for each that it gives, and one more page a partition or a status. */
const fewRows = page * 8;
/** How many of the first a search looks at, of two statuses. */
const searchRows = 2 * 500 + fewRows;
/** Reading by a pattern, and past what others did, takes pages of 500. */
const logRows = 2 * 500;

let database: TestDatabase;
let client: pg.Client;
let pulse: Pulse;
let head: Cursor;
let keys: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  await fillLog(database.ownerUrl, { workflows: 20_000, leases: 40, partitionSize: 50_000 });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  pulse = await openPulse({ url: database.url, heartbeatMs: 600_000 });
  head = await pulse.head();
  await runSql(
    database.ownerUrl,
    `INSERT INTO lease (key, name, adapter_id, epoch, due_at)
     SELECT key, name, NULL, 1, CASE WHEN start_position % 3 > 0 THEN now() + interval '2 hours' END FROM workflow
     WHERE status = 'ended' AND start_position % 4 = 0`,
  );
  await runSql(database.ownerUrl, 'ANALYZE lease');
  keys = (await client.query('SELECT key FROM workflow ORDER BY start_position')).rows.map(({ key }) => key);
}, 120_000);
afterAll(async () => {
  await pulse.close();
  await client.end();
  await database.close();
});

/** Runs some code and looks at every statement that it has sent. */
async function expectFlat(run: () => Promise<unknown>, most = fewRows): Promise<void> {
  const statements = await captureStatements(run);
  const touched = await explainStatements(client, statements);
  expect(touched.length).toBeGreaterThan(0);
  for (const { sql, rows, sorted, scanned, plan } of touched) {
    const about = `${sql}\n${JSON.stringify(plan, null, 1)}`;
    expect(
      scanned.filter((table) => !/^(log_head|adapter)$/.test(table)),
      about,
    ).toEqual([]);
    expect(sorted, about).toBeLessThanOrEqual(most);
    expect(rows, about).toBeLessThanOrEqual(most);
  }
}

const list = (query: object) => listWorkflows(pulse, ListWorkflows.parse({ limit: page, ...query }));
const events = (query: object) => listEvents(pulse, ListEvents.parse({ limit: page, ...query }));
const timeline = (query: object) => getTimeline(pulse, GetTimeline.parse({ limit: page, ...query }));
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
const statusSets: Status[][] = [[], ['active'], ['aborted'], ['active', 'ended'], ['active', 'aborted', 'ended']];
const names = [undefined, 'meta', 'nightly', 'nope'];
const orders = ['asc', 'desc'] as const;

describe('a page of the list touches a page of rows', () => {
  const spans = [
    {},
    { startedAfter: daysAgo(2) },
    { startedAfter: daysAgo(300) },
    { startedBefore: daysAgo(300) },
    { startedAfter: daysAgo(200), startedBefore: daysAgo(190) },
  ];
  const lists = statusSets.flatMap((status) => orders.map((order) => ({ status, order })));
  it.each(lists)('of status $status, $order', async ({ status, order }) => {
    const middle = order === 'asc' ? { startedAfter: daysAgo(100) } : { startedBefore: daysAgo(100) };
    for (const name of names) {
      for (const span of spans) await expectFlat(() => list({ status, name, order, ...span }));
      const { nextCursor: cursor } = await list({ status, name, order, ...middle });
      await expectFlat(() => list({ status, name, order, cursor }));
    }
  });

  it.each([
    ['all', 'person'],
    ['many', 'pipeline-'],
    ['some', 'Person 17'],
    ['few', 'ticket 4711'],
    ['one', () => keys[3_210]],
    ['none', 'nothing like it'],
  ])('that holds a text which %s have', async (share, text) => {
    const search = typeof text === 'string' ? text : text();
    // It is then looked for among the first 5,000: in a list as short as this the planner may rather sort them all.
    const most = share === 'some' ? Number.POSITIVE_INFINITY : searchRows;
    for (const status of statusSets) {
      for (const name of names) await expectFlat(() => list({ status, name, search }), most);
      await expectFlat(() => list({ status, search, order: 'asc' }), most);
    }
  });

  it('that one person has started', async () => {
    for (const startedBy of ['Person 17', 'nobody']) {
      for (const order of orders) await expectFlat(() => list({ startedBy, order }), 5_000 + fewRows);
    }
  });
});

it('counting workflows touches no more rows than it counts', async () => {
  for (const name of names) {
    for (const span of [{}, { startedAfter: daysAgo(2) }, { startedAfter: daysAgo(300) }])
      await expectFlat(
        () => countWorkflows(pulse, CountWorkflows.parse({ name, ...span })),
        4 * limits.counted + fewRows,
      );
  }
});

describe('a page of the log touches a page of rows', () => {
  const places = [undefined, '100000', '199000'];
  it.each([
    {},
    { kind: 'meta.__round__' },
    { kind: 'nightly.__abort__' },
    { kind: 'no.such' },
    { kind: '*.__end__' },
    { kind: 'nightly.*' },
  ])('$kind', async (filter) => {
    for (const after of places) await expectFlat(() => events({ ...filter, after }), logRows);
  });

  it('of one key', async () => {
    for (const key of [keys[0], keys[10_000], keys.at(-1), 'nope']) {
      await expectFlat(() => events({ key }));
      await expectFlat(() => events({ key, kind: 'meta.__start__' }));
      await expectFlat(() => events({ key, after: '100000' }));
    }
  });

  it('of a trail, in both directions', async () => {
    for (const key of [keys[3], keys[10_003]]) {
      for (const order of ['asc', 'desc']) {
        await expectFlat(() => timeline({ key, order }));
        const { nextCursor: cursor } = await timeline({ key, order, limit: 3 });
        await expectFlat(() => timeline({ key, order, cursor }));
      }
    }
  });

  it('of the rounds of a key, past all that they have written', async () => {
    const key = 'talkative';
    const append = (...events: { kind: string; payload: Json }[]) => pulse.append({ key, events, actor: ana });
    const begin = (round: number) => ({ kind: 'meta.__round__', payload: { round, role: 'coder' } });
    const notes = Array.from({ length: 500 }, (_, n) => ({ kind: 'meta.note.n', payload: { n, round: 1 } }));
    await append({ kind: 'meta.__start__', payload: {} }, begin(1));
    for (let times = 0; times < 4; times += 1) await append(...notes);
    await append({ kind: 'meta.coder', payload: { round: 1 } }, begin(2));
    for (let times = 0; times < 4; times += 1) await append(...notes);
    for (const of of [key, keys[3] as string]) {
      const rounds = (query: object) => listRounds(pulse, ListRounds.parse({ key: of, limit: page, ...query }));
      await expectFlat(() => rounds({}));
      await expectFlat(() => rounds({ before: head.position }));
    }
    const { rounds } = await listRounds(pulse, ListRounds.parse({ key }));
    expect(rounds.map(({ round, endedAt }) => [round, endedAt !== null])).toEqual([
      [1, true],
      [2, false],
    ]);
  });

  it('as the tail reads it, refusals too', async () => {
    for (const position of [0, 100_000, head.position - 10]) {
      const after = await resolveCursor(pulse.prisma, String(position), head);
      for (const kind of [undefined, 'meta.__abort__', '*.__abort__']) {
        for (const key of [undefined, keys[3]])
          await expectFlat(() => readLog(pulse.prisma, { after, until: head, limit: page, filter: { key, kind } }));
      }
      await expectFlat(() => resolveCursor(pulse.prisma, String(position), head));
    }
  });
});

describe('one key is read without its neighbours', () => {
  it('its workflow, its stream, its guards, and what an adapter sees of it', async () => {
    const key = keys[10_000] as string;
    await expectFlat(() => getWorkflow(pulse, { key }));
    await expectFlat(() => loadStreams(pulse.prisma, [key, keys[1] as string, 'nope']));
    await expectFlat(() => getGuardState(pulse, { name: 'workflow-lifecycle', key }));
    const unseen = { key: keys[1] as string, after: { sequence: 0, position: 0 } };
    await expectFlat(() => lookAtWorkflows(pulse, [unseen]));
    await expectFlat(() => lookAtWorkflows(pulse, [{ key, after: { sequence: 7, position: 100_000 } }, unseen]));
  });
});

describe('an adapter finds work without looking at what is over', () => {
  const claim = { adapterId: 'adapter-9', ttlMs: 1_000, limit: 4 };
  const all = ['meta', 'pipeline', 'import', 'report', 'nightly'];
  it.each([[all], [['nightly']], [['nope']]])('of %j', async (wanted) => {
    const except = keys.slice(-3);
    const limits = new Map([['nightly', 3]]);
    await expectFlat(() => findNextClaim(pulse, { names: wanted, limits, except }), 200);
    await expectFlatClaim({ ...claim, names: wanted, limits, except }, 400);
  });

  it('when all that is left is held', async () => {
    await client.query(`UPDATE lease SET adapter_id = 'adapter-1', due_at = now() + interval '1 hour'
                        WHERE name = 'nightly' AND due_at <= now()`);
    await expectFlat(() => findNextClaim(pulse, { names: ['nightly'] }), 200);
    await expectFlatClaim({ ...claim, names: ['nightly'] }, 200);
  });

  /** What a function touches is in no plan: it is counted by the tables, in a transaction that is taken back. */
  async function expectFlatClaim(claims: Parameters<typeof claimWorkflows>[1], most: number): Promise<void> {
    const [statement] = await captureStatements(() => claimWorkflows(pulse, claims));
    const { text, values } = statement as { text: string; values: unknown[] };
    await client.query('BEGIN');
    const before = await countTouched();
    await client.query(text, values);
    const after = await countTouched();
    await client.query('ROLLBACK');
    expect(after.scanned - before.scanned).toBe(0);
    expect(after.touched - before.touched).toBeLessThanOrEqual(most);
  }

  /** Of this connection, which others' work does not disturb. */
  async function countTouched(): Promise<{ scanned: number; touched: number }> {
    const { rows } = await client.query(
      `SELECT sum(seq_scan)::int AS scanned, sum(idx_tup_fetch)::int AS touched FROM pg_stat_xact_user_tables`,
    );
    return rows[0];
  }

  it('and renews what it holds', async () => {
    const { rows } = await client.query<{ key: string }>(`SELECT key FROM lease WHERE adapter_id = 'adapter-1'`);
    const held = rows.map(({ key }) => key);
    await expectFlat(() => renewLeases(pulse, { adapterId: 'adapter-1', keys: held, ttlMs: 1_000 }));
    await expectFlat(() => listAdapters(pulse));
  });
});

describe('a search finds what a look at every workflow finds', () => {
  const owned = (sql: string) => runSql(database.ownerUrl, sql);
  beforeAll(async () => {
    await owned(`UPDATE workflow SET reason = 'from the old system' WHERE start_position < 60000`);
    await owned(`UPDATE workflow SET reason = 'from both systems' WHERE start_position BETWEEN 60000 AND 120000`);
    await owned(`UPDATE workflow SET reason = 'from both systems' WHERE key = '${keys.at(-3)}'`);
  });

  const texts = [
    ['is common', 'meta-'],
    ['is rare', 'ticket 77'],
    ['is not so rare', 'person 3'],
    ['nearly all old ones have', 'from the OLD system'],
    ['many old ones have, and one new one', 'both systems'],
    ['has no three letters in a row', 'e-1'],
    ['is two letters', 'ta'],
  ] as const;
  it.each(texts)('that %s', (_, search) => expectFound(search));

  it('also where there is no index', async () => {
    await owned('DROP INDEX workflow_search_idx');
    for (const [, search] of texts) await expectFound(search);
  });

  async function expectFound(search: string): Promise<void> {
    for (const status of [[], ['aborted'], ['active', 'aborted']] as Status[][]) {
      for (const [name, order] of [
        [undefined, 'desc'],
        ['nightly', 'desc'],
        [undefined, 'asc'],
      ] as const) {
        const found: string[] = [];
        let cursor: string | null = null;
        do {
          const read: Awaited<ReturnType<typeof list>> = await list({
            ...{ search, status, name, order, cursor },
            limit: 1_000,
          });
          found.push(...read.items.map(({ key }) => key));
          cursor = read.nextCursor;
        } while (cursor && found.length < 3_000);
        const { rows } = await client.query<{ key: string }>(
          `SELECT key FROM workflow
           WHERE concat_ws(' ', key, reason, started_by->>'name', aborted_by->>'name') ILIKE '%' || $1 || '%'
             AND ($2::text[] = '{}' OR status = ANY ($2)) AND ($3::text IS NULL OR name = $3)
           ORDER BY started_at ${order}, start_position ${order} LIMIT $4`,
          [search, status, name, found.length + 1],
        );
        expect(rows.slice(0, found.length).map(({ key }) => key)).toEqual(found);
        if (!cursor) expect(rows).toHaveLength(found.length);
      }
    }
  }
});
