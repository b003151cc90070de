import type { Command } from 'commander';
import { print, printJson } from './output/print.ts';
import type { GlobalOptions } from './session.ts';

/** Adds `upulse db …`. */
export function addDatabaseCommands(program: Command): void {
  const db = program.command('db').description('look after the database');
  db.command('migrate').description('bring the schema up to date').action(migrateDatabase);
}

async function migrateDatabase(_: unknown, command: Command): Promise<void> {
  const { json } = command.optsWithGlobals<GlobalOptions>();
  const [{ openDatabase }, { migrate }] = await Promise.all([
    import('#server/db/open-database.ts'),
    import('#server/db/migrate.ts'),
  ]);
  const database = await openDatabase();
  try {
    const migrated = await migrate(database.url);
    if (json) printJson(migrated);
    else if (migrated.applied.length === 0) print('The schema is up to date.');
    else print(migrated.applied.map((name) => `Applied ${name}`).join('\n'));
  } finally {
    await database.close();
  }
}
