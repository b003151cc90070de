import pg from 'pg';
import type { Actor } from '#domain/actor.ts';
import { PulseError } from '#domain/errors.ts';
import { isConnectionProblem } from '../db/connection.ts';
import { zeroHash } from '../log/hash.ts';
import type { Witness } from './explain.ts';
import type { FoundEvent, Link } from './finding.ts';
import type { Predecessor, WantedPredecessor } from './link-keys.ts';
import { readStoredJson } from './stored-json.ts';

/** At the largest payload allowed, a page takes 64 MiB. */
const pageEvents = 256;
const pageKeys = 1_000;
const connectTimeoutMs = 10_000;

/** Where the log or a key ends, in its own words and by its events. */
export interface LogEnd {
  logId: string;
  /** What `log_head` or the key's `stream` says. */
  size: number;
  root: string;
  /** The log's last position at that moment: what comes later is not looked at. */
  until: number;
  /** The first event that was there already and that the log had not counted. */
  beyond: number | null;
}

/** What the row of a key accounts for, and the last event that there is of it. */
export interface KeyEnd {
  key: string;
  /** Null when there is no such row. */
  counted: Omit<Link, 'position'> | null;
  last: Link | null;
}

/** Reads a log for an audit, straight from the database and without a line of what serves it. */
export interface LogReader extends Witness {
  readEnd(): Promise<LogEnd>;
  readKeyEnd(key: string): Promise<LogEnd | undefined>;
  /** Pages of the whole log or of a key, in order of position, `after` one and through `until`. */
  readPages(range: { after?: number; until: number; key?: string | undefined }): AsyncGenerator<FoundEvent[]>;
  /** The position of the first event: later than 1 when the oldest were exported and detached. */
  findFirst(): Promise<number | null>;
  findPredecessors(wanted: readonly WantedPredecessor[]): Promise<Predecessor[]>;
  /** The first event that no `stream` accounts for. */
  findStray(): Promise<{ position: number; key: string } | undefined>;
  /** Whether the rows of all keys together count as many events as `log_head`. */
  isCounted(): Promise<boolean>;
  /** Pages of the rows of `stream`, each with the last event of its key. */
  readKeyEnds(): AsyncGenerator<KeyEnd[]>;
  findKeyEnds(keys: readonly string[]): Promise<KeyEnd[]>;
  /**
   * The first event in a range that was written after one behind it. An append holds the head's lock before it has a
   * transaction id, so in a log that was only appended to, the ids rise with the positions.
   */
  findLateWrite(from: number, through: number): Promise<number | undefined>;
}

const columns = `position::text, key, sequence, kind, payload::text, actor::text,
  to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "occurredAt", hash`;

interface EventRow {
  position: string;
  key: string;
  sequence: number;
  kind: string;
  payload: string | null;
  actor: string | null;
  occurredAt: string | null;
  hash: string;
}

/** Joins the last event of the key of a row of `stream` that is called s. */
const keyEnd = `s.key, s.sequence, s.hash, l.position AS "lastPosition", l.sequence AS "lastSequence", l.hash AS "lastHash"`;
const lastEvent = `LEFT JOIN LATERAL (
  SELECT e.position, e.sequence, e.hash FROM event e WHERE e.key = s.key ORDER BY e.position DESC LIMIT 1) l ON true`;

interface KeyEndRow {
  key: string;
  sequence: number | null;
  hash: string;
  lastPosition: string | null;
  lastSequence: number;
  lastHash: string;
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
      const [end] = await query<{ logId: string; size: string; root: string; beyond: string | null }>(
        `SELECT log_id AS "logId", position AS size, hash AS root,
                (SELECT min(e.position) FROM event e WHERE e.position > log_head.position) AS beyond
         FROM log_head`,
      );
      if (!end) throw noLog();
      const size = Number(end.size);
      return { ...end, size, until: size, beyond: toPosition(end.beyond) };
    },

    findFirst: async () => {
      const [first] = await query<{ position: string | null }>('SELECT min(position) AS position FROM event');
      return toPosition(first?.position);
    },

    readKeyEnd: async (key) => {
      const [end] = await query<{
        logId: string;
        until: string;
        size: number | null;
        root: string | null;
        beyond: string | null;
        known: boolean;
      }>(
        `SELECT log_id AS "logId", position AS until, s.sequence AS size, s.hash AS root,
                (SELECT min(e.position) FROM event e WHERE e.key = $1 AND e.position > log_head.position) AS beyond,
                s.sequence > 0 OR EXISTS (SELECT FROM event e WHERE e.key = $1) AS known
         FROM log_head LEFT JOIN stream s ON s.key = $1`,
        [key],
      );
      if (!end?.known) return undefined;
      const { logId, until, size, root, beyond } = end;
      return { logId, until: Number(until), size: size ?? 0, root: root ?? zeroHash, beyond: toPosition(beyond) };
    },

    async *readPages({ after = beforeAll, until, key }) {
      const ofKey = key === undefined ? '' : 'AND key = $3';
      const sql = `SELECT ${columns} FROM event WHERE event.position > $1 AND event.position <= $2 ${ofKey}
                   ORDER BY event.position FETCH FIRST ${pageEvents} ROWS WITH TIES`;
      for (let last: string | number = after; ; ) {
        const rows = await query<EventRow>(sql, [last, until, ...(key === undefined ? [] : [key])]);
        yield rows.map(toFoundEvent);
        if (rows.length < pageEvents) return;
        last = rows.at(-1)?.position ?? last;
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

    findStray: async () => {
      const [stray] = await query<{ position: string; key: string }>(
        `SELECT e.position, e.key FROM event e LEFT JOIN stream s ON s.key = e.key
         WHERE s.key IS NULL OR e.sequence > s.sequence ORDER BY e.position LIMIT 1`,
      );
      return stray && { ...stray, position: Number(stray.position) };
    },

    isCounted: async () => {
      const [answer] = await query<{ counted: boolean }>(
        'SELECT position = coalesce((SELECT sum(sequence) FROM stream), 0) AS counted FROM log_head',
      );
      return answer?.counted ?? false;
    },

    async *readKeyEnds() {
      for (let after: string | null = null; ; ) {
        const rows: KeyEndRow[] = await query<KeyEndRow>(
          `SELECT ${keyEnd} FROM (SELECT * FROM stream WHERE $1::text IS NULL OR key > $1 ORDER BY key LIMIT ${pageKeys}) s ${lastEvent}
           ORDER BY s.key`,
          [after],
        );
        yield rows.map(toKeyEnd);
        if (rows.length < pageKeys) return;
        after = rows.at(-1)?.key ?? after;
      }
    },

    findKeyEnds: async (keys) =>
      (
        await query<KeyEndRow>(
          `SELECT ${keyEnd} FROM (SELECT w.key, c.sequence, c.hash FROM unnest($1::text[]) AS w(key) LEFT JOIN stream c USING (key)) s ${lastEvent}`,
          [keys],
        )
      ).map(toKeyEnd),

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
    occurredAt: row.occurredAt?.replace(/000Z$/, 'Z') ?? '', // Pulse writes milliseconds; what is finer stays, and shows.
    hash,
    ...(defect && { defect }),
  };
}

function toKeyEnd({ key, sequence, hash, lastPosition, lastSequence, lastHash }: KeyEndRow): KeyEnd {
  return {
    key,
    counted: sequence === null ? null : { sequence, hash },
    last: lastPosition === null ? null : { position: Number(lastPosition), sequence: lastSequence, hash: lastHash },
  };
}

function toPosition(text: string | null | undefined): number | null {
  return text == null ? null : Number(text);
}

function noLog(cause?: unknown): PulseError<'UNAVAILABLE'> {
  return unavailable('this database holds no log', 'check DATABASE_URL or PULSE_HOME, or run upulse db migrate', cause);
}

function unavailable(reason: string, advice: string, cause: unknown): PulseError<'UNAVAILABLE'> {
  return new PulseError('UNAVAILABLE', `${reason}; ${advice}`, { reason }, { cause });
}
