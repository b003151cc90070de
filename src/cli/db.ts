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
  const [{ openDatabase }, { prepareDatabase }, { hintAtHistory }] = await Promise.all([
    import('#server/db/open-database.ts'),
    import('#server/db/prepare-database.ts'),
    import('./hint-at-history.ts'),
  ]);
  const database = await openDatabase();
  try {
    const migrated = await prepareDatabase(database);
    if (json) return printJson(migrated);
    if (migrated.applied.length === 0) print('The schema is up to date.');
    else print(migrated.applied.map((name) => `Applied ${name}`).join('\n'));
    await hintAtHistory(database, print);
  } finally {
    await database.close();
  }
}
