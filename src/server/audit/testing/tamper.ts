import pg from 'pg';
import type { PulseEvent } from '#domain/event.ts';
import type { PrismaClient } from '../../db/client.ts';
import { toEvent } from '../../db/rows.ts';
import { extendChain, hashEvent, zeroHash } from '../../log/hash.ts';

/** Runs statements as a superuser whom no trigger stops, each in a transaction of its own. */
export async function tamper(url: string, ...statements: (string | [sql: string, ...values: unknown[]])[]) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SET session_replication_role = replica');
    // Room for the places below 1, where the log itself has none.
    await client.query('CREATE TABLE IF NOT EXISTS event_before PARTITION OF event FOR VALUES FROM (MINVALUE) TO (1)');
    for (const statement of statements) {
      const [sql, ...values] = typeof statement === 'string' ? [statement] : statement;
      await client.query(sql, values);
    }
  } finally {
    await client.end();
  }
}

/** Moves every event from a position on by some places; the primary key allows no two at one place on the way. */
export function shift(from: number, by: number): string[] {
  return [
    `UPDATE event SET position = -position WHERE position >= ${from}`,
    `UPDATE event SET position = -position + ${by} WHERE position < 0`,
  ];
}

/** Exchanges the places of two events. */
export function swap(one: number, other: number): string[] {
  return [
    `UPDATE event SET position = -1 WHERE position = ${one}`,
    `UPDATE event SET position = ${one} WHERE position = ${other}`,
    `UPDATE event SET position = ${other} WHERE position = -1`,
  ];
}

/** The statement that inserts an event as if it had been appended. */
export function insert(event: Omit<PulseEvent, 'hash'>, previousHash: string): [sql: string, ...values: unknown[]] {
  const { position, key, sequence, kind, payload, actor, occurredAt } = event;
  const hash = hashEvent(previousHash, event);
  return [
    'INSERT INTO event (position, key, sequence, kind, payload, actor, occurred_at, hash) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)',
    ...[position, key, sequence, kind, JSON.stringify(payload), JSON.stringify(actor), occurredAt, hash],
  ];
}

/**
 * The statements that make a log agree with itself again: every hash of every key, each stream and the head. Each row
 * that must change is written.
 */
export async function makeConsistent(prisma: PrismaClient): Promise<[sql: string, ...values: unknown[]][]> {
  const rows = await prisma.event.findMany({ orderBy: { position: 'asc' } });
  const statements: [string, ...unknown[]][] = [];
  const ends = new Map<string, { sequence: number; hash: string }>();
  let chain = zeroHash;
  for (const event of rows.map(toEvent)) {
    const hash = hashEvent(ends.get(event.key)?.hash ?? zeroHash, event);
    if (hash !== event.hash) statements.push(['UPDATE event SET hash = $2 WHERE position = $1', event.position, hash]);
    ends.set(event.key, { sequence: event.sequence, hash });
    chain = extendChain(chain, hash);
  }
  for (const [key, { sequence, hash }] of ends)
    statements.push(['UPDATE stream SET sequence = $2, hash = $3 WHERE key = $1', key, sequence, hash]);
  return [...statements, ['UPDATE log_head SET position = $1, hash = $2', rows.length, chain]];
}
