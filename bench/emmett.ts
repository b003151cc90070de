import type pg from 'pg';
import type { Json } from '../src/domain/json.ts';

/** What is used of Emmett's event store. */
export interface EmmettStore {
  appendToStream(
    streamName: string,
    events: { type: string; data: Json; metadata: object }[],
    options: { expectedStreamVersion: bigint },
  ): Promise<unknown>;
  schema: { migrate(): Promise<unknown> };
  close(): Promise<void>;
}

// Spelt out above and kept from the compiler here: only `npm run bench` installs it.
const packageName = '@event-driven-io/emmett-postgresql';

/** Opens Emmett's event store on PostgreSQL, with its own defaults, over a pool, and makes its tables. */
export async function openEmmett(url: string, pool: pg.Pool): Promise<EmmettStore> {
  const { getPostgreSQLEventStore } = await import(packageName);
  const store: EmmettStore = getPostgreSQLEventStore(url, { connectionOptions: { pool } });
  await store.schema.migrate();
  return store;
}

/** Whether Emmett says that a stream is not at the expected version. */
export function isEmmettConflict(error: unknown): boolean {
  return error instanceof Error && 'errorCode' in error && error.errorCode === 412;
}
