import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PulseError } from '#domain/errors.ts';

/** A migration of the folder. */
export interface Migration {
  name: string;
  sql: string;
  /** SHA-256 in hex, as Prisma computes it. */
  checksum: string;
}

/** A migration that a database records, in `_prisma_migrations`. */
export interface RecordedMigration {
  name: string;
  checksum: string;
  finished: boolean;
}

/** Reads the migrations of a folder, in the order of their names. Line ends do not count: git may change them. */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = (await readFile(join(directory, name, 'migration.sql'), 'utf8')).replaceAll('\r\n', '\n');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/**
 * Compares the folder with what the database records.
 *
 * Shape: the migrations to apply, in order, and the names of those applied.
 * Errors: UNAVAILABLE when the two have parted: a migration failed, has changed since or is unknown here.
 */
export function planMigrations(
  folder: Migration[],
  recorded: RecordedMigration[],
): { pending: Migration[]; already: string[] } {
  const known = new Map(folder.map((migration) => [migration.name, migration]));
  for (const { name, checksum, finished } of recorded) {
    const migration = known.get(name);
    if (!finished) {
      const advice = `Restore a backup, or repair it and run \`npx prisma migrate resolve --applied ${name}\`.`;
      throw refuse(`The migration ${name} failed half-way in this database`, advice);
    }
    if (!migration) {
      throw refuse(`The database has the migration ${name}, which this Pulse does not know`, 'Run a newer Pulse.');
    }
    if (migration.checksum !== checksum) {
      throw refuse(
        `The migration ${name} was changed after it was applied`,
        'Restore its file, and put the change in a migration of its own.',
      );
    }
  }
  const applied = new Set(recorded.map(({ name }) => name));
  return {
    pending: folder.filter(({ name }) => !applied.has(name)),
    already: folder.filter(({ name }) => applied.has(name)).map(({ name }) => name),
  };
}

function refuse(reason: string, advice: string): PulseError {
  return new PulseError('UNAVAILABLE', `${reason}. ${advice}`, { reason });
}
