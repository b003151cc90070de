import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '#test/database.ts';
import { partitionLog } from '#test/large-log.ts';
import { writeMigrations } from '#test/migrations.ts';
import { ana, appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { runSql } from '#test/sql.ts';
import { migrate } from '../db/migrate.ts';
import { ListEvents, listEvents } from '../events/list-events.ts';
import { openPulse, type Pulse } from '../pulse.ts';
import { abortWorkflow } from '../workflows/abort.ts';
import { ListWorkflows, listWorkflows } from '../workflows/list.ts';
import { GetTimeline, getTimeline } from '../workflows/timeline.ts';

const size = 50;
const shipped = 'prisma/migrations';
const firstMigration = '20261123000000_log';

const { pulses, ownerUrl } = setUpPulses(2);
let owner: pg.Client;

beforeAll(async () => {
  owner = await connect(ownerUrl());
  await partitionLog(owner, size);
  await note('first-of-all', 1);
});
afterAll(() => owner.end());

const getPulse = () => pulses[0] as Pulse;
const note = (key: string, count: number, pulse = getPulse()) =>
  pulse.append({
    key,
    events: Array.from({ length: count }, (_, index) => ({ kind: 'log.noted', payload: index })),
    actor: ana,
  });

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

async function readHead(): Promise<{ position: number; until: number }> {
  const { rows } = await owner.query('SELECT position::int, partitioned_until::int AS until FROM log_head');
  return rows[0];
}

async function listPartitions(): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'event'::regclass ORDER BY substr(c.relname, 7)::bigint`,
  );
  return rows.map(({ name }) => name);
}

/** Appends until the next append would make a partition, or find none left. */
async function fillUntil(isThere: (left: number) => boolean): Promise<void> {
  const key = newKey();
  for (;;) {
    const { position, until } = await readHead();
    if (isThere(until - position - 1)) return;
    await note(key, 1);
  }
}

describe('a log in partitions', () => {
  it('makes them ahead while many append', async () => {
    const before = await listPartitions();
    const keys = Array.from({ length: 20 }, newKey);
    await Promise.all(
      Array.from({ length: 400 }, (_, index) => note(keys[index % 20] as string, 1, pulses[index % 2] as Pulse)),
    );
    const { position, until } = await readHead();
    expect(until - position).toBeGreaterThan(size / 2);
    expect((await listPartitions()).length).toBeGreaterThanOrEqual(before.length + 400 / size - 1);
    const { rows } = await owner.query(
      'SELECT count(*)::int, min(position)::int, max(position)::int, count(DISTINCT tableoid)::int AS tables FROM event',
    );
    expect(rows[0]).toMatchObject({ count: position, min: 1, max: position });
    expect(rows[0].tables).toBeGreaterThanOrEqual(Math.floor(position / size));
  });

  it('takes an append that is larger than a partition', async () => {
    const key = newKey();
    const { events } = await note(key, size * 3);
    expect(events).toHaveLength(size * 3);
    const { entries } = await getTimeline(getPulse(), GetTimeline.parse({ key, limit: 1_000 }));
    expect(entries).toHaveLength(size * 3);
  });

  it('makes the next ones as large as the owner says by then', async () => {
    const { until } = await readHead();
    await owner.query('UPDATE log_head SET partition_size = $1', [size * 10]);
    await note(newKey(), 1);
    expect((await readHead()).until).toBe(until + size * 10);
    await owner.query('UPDATE log_head SET partition_size = $1', [size]);
    expect((await note(newKey(), size * 10)).events).toHaveLength(size * 10);
    expect(await listPartitions()).toContain(`event_${until}`);
  });

  it('refuses to change any of them by its own name, whenever it was made', async () => {
    const names = await listPartitions();
    await note(newKey(), size);
    const later = (await listPartitions()).filter((name) => !names.includes(name));
    expect(later.length).toBeGreaterThan(0);
    for (const name of [...names, ...later]) {
      for (const change of [`UPDATE ${name} SET payload = 'null'`, `DELETE FROM ${name}`, `TRUNCATE ${name}`])
        await expect(owner.query(change)).rejects.toThrow('history does not change');
    }
  });
});

describe('while another session alters the log', () => {
  let other: pg.Client;
  beforeAll(async () => {
    other = await connect(ownerUrl());
  });
  afterAll(() => other.end());
  beforeEach(() => note(newKey(), size)); // Some room ahead, wherever the test before has stopped.

  it('goes on without waiting, and makes the partition afterwards', async () => {
    await fillUntil((left) => left === size / 2 + 1);
    await other.query('BEGIN');
    await other.query('ANALYZE event');
    const before = await listPartitions();
    await note(newKey(), 5);
    expect(await listPartitions()).toEqual(before);
    await other.query('COMMIT');
    await note(newKey(), 1);
    expect(await listPartitions()).toHaveLength(before.length + 1);
  });

  it('waits when there is no room left, and loses nothing', async () => {
    await fillUntil((left) => left === size / 2 + 1);
    await other.query('BEGIN');
    await other.query('ANALYZE event');
    await fillUntil((left) => left === 0);
    const key = newKey();
    const waiting = note(key, 3);
    const isWaiting = `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'event'::regclass`;
    await expect.poll(async () => (await owner.query(isWaiting)).rowCount, { interval: 5 }).toBe(1);
    await other.query('COMMIT');
    expect((await waiting).events.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  });

  it('goes on while an old partition is being detached, and without it afterwards', async () => {
    const [first] = await listPartitions();
    const key = newKey();
    const reader = await connect(ownerUrl());
    await reader.query('BEGIN');
    await reader.query('SELECT count(*) FROM event');
    const detaching = other.query(`ALTER TABLE event DETACH PARTITION ${first} CONCURRENTLY`);
    const isPending = 'SELECT 1 FROM pg_inherits WHERE inhdetachpending';
    await expect.poll(async () => (await owner.query(isPending)).rowCount, { interval: 5 }).toBe(1);
    await appendOne(getPulse(), key, 'pipeline.__start__');
    await reader.query('COMMIT');
    await reader.end();
    await detaching;

    expect(await listPartitions()).not.toContain(first);
    await note(newKey(), size * 2);
    const head = await readHead();
    const { entries } = await getTimeline(getPulse(), GetTimeline.parse({ key }));
    expect(entries).toHaveLength(1);
    await abortWorkflow(getPulse(), { key }, ana);
    const old = GetTimeline.parse({ key: 'first-of-all' });
    await expect(getTimeline(getPulse(), old)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await note('first-of-all', 1);
    expect((await getTimeline(getPulse(), old)).entries).toMatchObject([{ sequence: 2 }]);
    const { items } = await listWorkflows(getPulse(), ListWorkflows.parse({}));
    expect(items.map((item) => item.key)).toContain(key);
    const { events } = await listEvents(getPulse(), ListEvents.parse({ limit: 1 }));
    expect(events[0]?.position).toBe(size + 1);
    const { logId } = await getPulse().head();
    const done = new AbortController();
    const tail = getPulse().tail({ after: { logId, position: 0, refusals: 0 }, signal: done.signal });
    expect((await tail.next()).value).toMatchObject({ entry: { position: size + 1 } });
    done.abort();
    await tail.return(undefined);
    expect((await readHead()).position).toBe(head.position + 2);
    await expect(owner.query(`DELETE FROM ${first}`)).rejects.toThrow('history does not change');
    expect((await owner.query(`SELECT FROM ${first}`)).rowCount).toBe(size);
  });
});

it('keeps what was appended before there were partitions', async () => {
  const database = await createTestDatabase({ empty: true });
  const folder = await writeMigrations({});
  await cp(join(shipped, firstMigration), join(folder.dir, firstMigration), { recursive: true });
  await migrate(database.ownerUrl, folder);
  const batch = {
    id: 'a batch',
    streams: [],
    events: Array.from({ length: 120 }, (_, index) => ({
      key: `old-${index % 7}`,
      sequence: Math.floor(index / 7) + 1,
      kind: 'log.noted',
      payload: { index },
      actor: ana,
      occurredAt: new Date(index).toISOString(),
      hash: String(index).padStart(64, '0'),
    })),
    refusals: [],
    commands: [],
  };
  await runSql(database.ownerUrl, 'SELECT pulse_append($1)', [JSON.stringify(batch)]);
  const before = await runSql(database.ownerUrl, 'SELECT * FROM event ORDER BY position');
  expect(before).toHaveLength(120);

  expect((await migrate(database.ownerUrl)).already).toEqual([firstMigration]);

  expect(await runSql(database.ownerUrl, 'SELECT * FROM event ORDER BY position')).toEqual(before);
  const pulse = await openPulse({ url: database.ownerUrl });
  await note('new', 2, pulse);
  const { events } = await listEvents(pulse, ListEvents.parse({ after: '118' }));
  expect(events.map(({ position, key }) => [position, key])).toEqual([
    [119, 'old-6'],
    [120, 'old-0'],
    [121, 'new'],
    [122, 'new'],
  ]);
  await expect(runSql(database.ownerUrl, 'DELETE FROM event_1')).rejects.toThrow('history does not change');
  await pulse.close();
  await folder.remove();
  await database.close();
});
