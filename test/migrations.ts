import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Writes a folder of migrations, by name, to work with until it is removed. */
export async function writeMigrations(migrations: Record<string, string>): Promise<{
  dir: string;
  write(name: string, sql: string): Promise<void>;
  remove(name?: string): Promise<void>;
}> {
  const dir = await mkdtemp(join(tmpdir(), 'pulse-migrations-'));
  const write = async (name: string, sql: string) => {
    await mkdir(join(dir, name), { recursive: true });
    await writeFile(join(dir, name, 'migration.sql'), sql);
  };
  for (const [name, sql] of Object.entries(migrations)) await write(name, sql);
  return { dir, write, remove: (name = '') => rm(join(dir, name), { recursive: true }) };
}
