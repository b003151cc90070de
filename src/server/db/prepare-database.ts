import { PulseError } from '#domain/errors.ts';
import { type Migrated, migrate, pendingMigrations } from './migrate.ts';
import type { OpenDatabase } from './open-database.ts';
import { withConnection } from './with-connection.ts';

/**
 * Makes a database ready for the application: its owner migrates it and gives the application's role its rights.
 *
 * Where both are one role, that role migrates, if it may.
 *
 * Errors: UNAVAILABLE as in `migrate`, and when the application's role does not find there what the owner has migrated.
 */
export async function prepareDatabase({ url, ownerUrl }: Pick<OpenDatabase, 'url' | 'ownerUrl'>): Promise<Migrated> {
  if (url === ownerUrl) return migrate(ownerUrl);
  const migrated = await migrate(ownerUrl, { applicationRole: await readRole(url) });
  if ((await pendingMigrations(url)).length === 0) return migrated;
  const reason = 'DATABASE_URL and DATABASE_OWNER_URL lead to different schemas';
  throw new PulseError('UNAVAILABLE', `${reason}. Both must name the same database and search path.`, { reason });
}

/** By asking, since a URL may leave it to the environment or to a pooler. */
async function readRole(url: string): Promise<string> {
  const { rows } = await withConnection(url, (client) => client.query<{ role: string }>('SELECT current_user AS role'));
  return rows[0]?.role ?? '';
}
