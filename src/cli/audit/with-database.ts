import { type OpenDatabase, openDatabase } from '#server/db/open-database.ts';

/** Opens this process's database for some work. It does not migrate it. */
export async function withDatabase<T>(work: (database: OpenDatabase) => Promise<T>): Promise<T> {
  const database = await openDatabase();
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
