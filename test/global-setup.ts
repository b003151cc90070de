import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openEmbeddedServer } from '#server/db/embedded.ts';
import { migrate } from '#server/db/migrate.ts';
import { openDatabase } from '#server/db/open-database.ts';
import { isRunning } from './process.ts';
import { runSql, withDatabase } from './sql.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the tests make their databases. `prefix` is this run's own: several may share a server. */
    testServer: { url: string; template: string; prefix: string };
  }
}

const HOME_PREFIX = 'pulse-test-';

/** Starts one server for the whole run, the one of `DATABASE_URL` where it is set, and migrates a template there. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeAbandoned();
  const home = await mkdtemp(join(tmpdir(), `${HOME_PREFIX}${process.pid}-`));
  const server = await openDatabase({ env: { DATABASE_URL: process.env.DATABASE_URL, PULSE_HOME: home } });
  const prefix = `pulse_test_${randomBytes(4).toString('hex')}`;
  const template = `${prefix}_template`;

  const cleanUp = async () => {
    const left = await runSql(server.url, 'SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [prefix]);
    for (const { datname } of left) await runSql(server.url, `DROP DATABASE "${datname}" WITH (FORCE)`);
    await server.close();
    await rm(home, { recursive: true, force: true });
  };
  try {
    await runSql(server.url, `CREATE DATABASE "${template}"`);
    await migrate(withDatabase(server.url, template));
  } catch (error) {
    await cleanUp();
    throw error;
  }
  project.provide('testServer', { url: server.url, template, prefix });
  return cleanUp;
}

/** Stops and removes what runs have left that were killed. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid] = new RegExp(`^${HOME_PREFIX}(\\d+)-`).exec(name) ?? [];
    if (!pid || isRunning(Number(pid))) continue;
    const home = join(tmpdir(), name);
    try {
      await (await openEmbeddedServer({ home })).close();
      await rm(home, { recursive: true });
    } catch {
      // Another user's, or another run is removing it too.
    }
  }
}
