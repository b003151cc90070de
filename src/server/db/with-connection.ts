import pg from 'pg';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Connects to a database for a few statements, and leaves.
 *
 * Errors: what connecting gave, as `explain` words it; those of the work as they are.
 */
export async function withConnection<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
  explain: (cause: Error) => Error = (cause) => cause,
): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => {});
  try {
    await client.connect().catch((cause: Error) => {
      throw explain(cause);
    });
    return await work(client);
  } finally {
    await client.end();
  }
}
