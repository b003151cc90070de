import { rejects } from 'node:assert/strict';
import pg from 'pg';
import { PulseError } from '../src/domain/errors.ts';
import { openPulse } from '../src/server/pulse.ts';
import { isEmmettConflict, openEmmett } from './emmett.ts';
import { type Attempt, actor } from './workload.ts';

/** One way to write events. */
export interface Contender {
  name: string;
  /** Fails unless the event is stored, or refused where it must be. */
  write(attempt: Attempt): Promise<void>;
  close(): Promise<void>;
}

export const connections = 32;

/** Pulse's `append` as every caller gets it: both shipped guards, hashes, read model, refusals and notification. */
export async function openAppend(url: string): Promise<Contender> {
  const pulse = await openPulse({ url });
  const wasRefused = (error: unknown) => error instanceof PulseError && error.code === 'GUARD_REJECTED';
  return {
    name: 'Pulse',
    write: async ({ key, sequence, kind, payload, refused }) => {
      const outcome = pulse.append({ key, events: [{ kind, payload }], actor, expectedSequence: sequence - 1 });
      if (refused) await rejects(outcome, wasRefused);
      else await outcome;
    },
    close: pulse.close,
  };
}

/** Prepared single-row inserts into a table of the columns of `event` with just a primary key; nothing is checked or refused. */
export async function openInserts(url: string): Promise<Contender> {
  const pool = openPool(url);
  await pool.query('CREATE TABLE bare (LIKE event INCLUDING DEFAULTS)');
  await pool.query('ALTER TABLE bare ALTER position ADD GENERATED ALWAYS AS IDENTITY, ADD PRIMARY KEY (position)');
  const hash = 'x'.repeat(64);
  return {
    name: 'bare inserts',
    write: async ({ key, sequence, kind, payload }) => {
      await pool.query({
        name: 'bare',
        text: `INSERT INTO bare (key, sequence, kind, payload, actor, occurred_at, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        values: [key, sequence, kind, payload, actor, new Date(), hash],
      });
    },
    close: () => pool.end(),
  };
}

/** Emmett's `appendToStream` with the stream's expected version; what must be refused comes with a version that is past. */
export async function openEmmettAppend(url: string): Promise<Contender> {
  const pool = openPool(url);
  const store = await openEmmett(url, pool);
  return {
    name: 'Emmett',
    write: async ({ key, sequence, kind, payload, refused }) => {
      const expectedStreamVersion = BigInt(refused ? sequence - 2 : sequence - 1);
      const event = { type: kind, data: payload, metadata: { actor } };
      const outcome = store.appendToStream(key, [event], { expectedStreamVersion });
      if (refused) await rejects(outcome, isEmmettConflict);
      else await outcome;
    },
    close: async () => {
      await store.close();
      await pool.end();
    },
  };
}

function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  pool.on('error', () => {}); // The server may stop before the last connection has said goodbye.
  return pool;
}
