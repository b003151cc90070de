import pg from 'pg';
import type { Actor } from '#domain/actor.ts';
import { PulseError } from '#domain/errors.ts';
import { isConnectionProblem } from '../db/connection.ts';
import type { Witness } from './explain.ts';
import type { FoundEvent } from './finding.ts';
import type { Predecessor, WantedPredecessor } from './link-keys.ts';
import { readStoredJson } from './stored-json.ts';

/** At the largest payload allowed, a page takes 64 MiB. */
const pageEvents = 256;
const connectTimeoutMs = 10_000;

/** Where the log or a key ends, in its own words and by its events. */
export interface LogEnd {
  logId: string;
  /** What `log_head` or the key's `stream` says. */
  size: number;
  root: string;
  /** The log's last position at that moment: what comes later is not looked at. */
  until: number;
  /** The greatest position or sequence that an event has. */
  found: number;
}

/** Reads a log for an audit, straight from the database and without a line of what serves it. */
export interface LogReader extends Witness {
  readEnd(): Promise<LogEnd>;
  readKeyEnd(key: string): Promise<LogEnd | undefined>;
  /** Pages of the whole log or of a key, in order of position, through `until`. */
  readPages(until: number, key?: string): AsyncGenerator<FoundEvent[]>;
  findPredecessors(wanted: readonly WantedPredecessor[]): Promise<Predecessor[]>;
  /** The first event that no `stream` accounts for. */
  findStray(until: number): Promise<{ position: number; key: string } | undefined>;
  /** A key whose `stream` accounts for another last event than there is, and the one that there is. */
  findOtherEnd(): Promise<
    { key: string; sequence: number; last: Pick<FoundEvent, 'position' | 'sequence'> } | undefined
  >;
  /**
   * The first event in a range that was written after one behind it. An append holds the head's lock before it has a
   * transaction id, so in a log that was only appended to, the ids rise with the positions.
   */
  findLateWrite(from: number, through: number): Promise<number | undefined>;
}

const columns = `position::text, key, sequence, kind, payload::text, actor::text,
  to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "occurredAt", hash`;

interface EventRow {
  position: string;
  key: string;
  sequence: number;
  kind: string;
  payload: string;
  actor: string;
  occurredAt: string | null;
  hash: string;
}

/** Before any position that an event can have, also one that Pulse never gives. */
const beforeAll = '-9223372036854775808';

/**
 * Opens a database for reading only, and hands a reader to `work`.
 *
 * It holds no snapshot: events do not change, so it reads up to where the log ended at first, in short statements that
 * keep no vacuum waiting.
 *
 * **Errors** `UNAVAILABLE` when the database can't be reached or has no log.
 */
export async function withLogReader<T>(url: string, work: (reader: LogReader) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'upulse audit',
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SET default_transaction_read_only = on');
    return await work(createReader(client));
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === '42P01') throw noLog(error);
    if (code === '42501')
      throw unavailable('this role may not read the log', 'run upulse db migrate as its owner', error);
    throw isConnectionProblem(error) ? unavailable('the database does not answer', 'try again', error) : error;
  } finally {
    await client.end();
  }
}

function createReader(client: pg.Client): LogReader {
  const query = async <Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> =>
    (await client.query<Row>(sql, values)).rows;

  return {
    readEnd: async () => {
      const [end] = await query<{ logId: string; size: string; root: string; found: string }>(
        `SELECT log_id AS "logId", position AS size, hash AS root, coalesce((SELECT max(position) FROM event), 0) AS found
         FROM log_head`,
      );
      if (!end) throw noLog();
      const size = Number(end.size);
      return { ...end, size, until: size, found: Number(end.found) };
    },

    readKeyEnd: async (key) => {
      const [end] = await query<{
        logId: string;
        until: string;
        size: number | null;
        root: string | null;
        found: number | null;
      }>(
        `SELECT log_id AS "logId", position AS until, s.sequence AS size, s.hash AS root,
                (SELECT max(e.sequence) FROM event e WHERE e.key = $1) AS found
         FROM log_head LEFT JOIN stream s ON s.key = $1`,
        [key],
      );
      if (!end || (end.size === null && end.found === null)) return undefined;
      return { ...end, until: Number(end.until), size: end.size ?? 0, root: end.root ?? '', found: end.found ?? 0 };
    },

    async *readPages(until, key) {
      const ofKey = key === undefined ? '' : 'AND key = $3';
      const sql = `SELECT ${columns} FROM event WHERE event.position > $1 AND event.position <= $2 ${ofKey}
                   ORDER BY event.position LIMIT ${pageEvents}`;
      for (let after = beforeAll; ; ) {
        const rows = await query<EventRow>(sql, [after, until, ...(key === undefined ? [] : [key])]);
        yield rows.map(toFoundEvent);
        if (rows.length < pageEvents) return;
        after = rows.at(-1)?.position ?? after;
      }
    },

    findEvents: async (key, sequence) => {
      const sql = `SELECT ${columns} FROM event WHERE key = $1 AND sequence = $2 ORDER BY event.position`;
      return (await query<EventRow>(sql, [key, sequence])).map(toFoundEvent);
    },

    findPredecessors: async (wanted) => {
      const rows = await query<{ key: string; position: string; sequence: number; hash: string }>(
        `SELECT w.key, p.position, p.sequence, p.hash
         FROM unnest($1::text[], $2::bigint[]) AS w(key, position)
         CROSS JOIN LATERAL (
           SELECT e.position, e.sequence, e.hash FROM event e
           WHERE e.key = w.key AND e.position < w.position ORDER BY e.position DESC LIMIT 1) p`,
        [wanted.map(({ key }) => key), wanted.map(({ position }) => position)],
      );
      return rows.map(({ key, position, sequence, hash }) => ({
        key,
        link: { position: Number(position), sequence, hash },
      }));
    },

    findStray: async (until) => {
      const [stray] = await query<{ position: string; key: string }>(
        `SELECT e.position, e.key FROM event e LEFT JOIN stream s ON s.key = e.key
         WHERE e.position <= $1 AND (s.key IS NULL OR e.sequence > s.sequence) ORDER BY e.position LIMIT 1`,
        [until],
      );
      return stray && { ...stray, position: Number(stray.position) };
    },

    findOtherEnd: async () => {
      const [other] = await query<{ key: string; sequence: number; position: string | null; found: number | null }>(
        `SELECT s.key, s.sequence, l.position, l.sequence AS found
         FROM stream s LEFT JOIN LATERAL (
           SELECT e.position, e.sequence, e.hash FROM event e WHERE e.key = s.key ORDER BY e.position DESC LIMIT 1) l ON true
         WHERE s.sequence > 0 AND (l.sequence IS DISTINCT FROM s.sequence OR l.hash IS DISTINCT FROM s.hash)
         ORDER BY l.position NULLS FIRST, s.key LIMIT 1`,
      );
      if (!other) return undefined;
      const { key, sequence, position, found } = other;
      return { key, sequence, last: { position: Number(position ?? 0), sequence: found ?? 0 } };
    },

    wasWrittenLate: async (position) => {
      const [answer] = await query<{ late: boolean }>(
        `SELECT EXISTS (SELECT FROM event e JOIN event behind ON behind.position > e.position
         WHERE e.position = $1 AND age(behind.xmin) > age(e.xmin)) AS late`,
        [position],
      );
      return answer?.late ?? false;
    },

    findLateWrite: async (from, through) => {
      const [answer] = await query<{ position: string | null }>(
        `SELECT min(position) AS position FROM (
           SELECT position, age(xmin) AS age, max(age(xmin)) OVER (
             ORDER BY position DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS behind
           FROM event WHERE position >= $1) e
         WHERE age < behind AND position <= $2`,
        [from, through],
      );
      return answer?.position == null ? undefined : Number(answer.position);
    },
  };
}

function toFoundEvent({ position, key, sequence, kind, hash, ...row }: EventRow): FoundEvent {
  const payload = readStoredJson(row.payload);
  const actor = readStoredJson(row.actor);
  const defect = payload.defect ?? actor.defect;
  return {
    position: Number(position),
    key,
    sequence,
    kind,
    payload: payload.value,
    actor: actor.value as unknown as Actor,
    occurredAt: row.occurredAt ?? '',
    hash,
    ...(defect && { defect }),
  };
}

function noLog(cause?: unknown): PulseError<'UNAVAILABLE'> {
  return unavailable('this database holds no log', 'check DATABASE_URL or PULSE_HOME, or run upulse db migrate', cause);
}

function unavailable(reason: string, advice: string, cause: unknown): PulseError<'UNAVAILABLE'> {
  return new PulseError('UNAVAILABLE', `${reason}; ${advice}`, { reason }, { cause });
}
