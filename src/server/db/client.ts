import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from './generated/client.ts';

export type { PrismaClient };

/** A pool of connections to the database and Prisma on top of it. */
export interface Database {
  prisma: PrismaClient;
  /** The same connections, for the one statement that every append waits for. */
  pool: pg.Pool;
  url: string;
  close(): Promise<void>;
}

/**
 * Opens a database.
 *
 * A client that stalls in the middle of an append would hold the lock on the log's head, so the server ends any
 * transaction of these connections after `transactionTimeoutMs` (PostgreSQL 17 and newer). A connection that gives
 * no answer for `answerTimeoutMs` was lost without a sign, as when a router forgets it, and is given up.
 */
export function openClient(
  url: string,
  {
    maxConnections = 10,
    transactionTimeoutMs = 5_000,
    answerTimeoutMs = 7_000,
  }: { maxConnections?: number; transactionTimeoutMs?: number; answerTimeoutMs?: number } = {},
): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: 5_000,
    query_timeout: answerTimeoutMs,
    onConnect: async (client) => {
      client.on('error', () => {});
      await client.query(
        `SELECT set_config('transaction_timeout', $1, false) WHERE current_setting('server_version_num')::int >= 170000`,
        [String(transactionTimeoutMs)],
      );
    },
  });
  pool.on('error', () => {}); // An idle connection that breaks is replaced; the next query tells whether the server is gone.
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: true }) });
  return {
    prisma,
    pool,
    url,
    close: async () => {
      await prisma.$disconnect();
      if (!pool.ended) await pool.end();
    },
  };
}
