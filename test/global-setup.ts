import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openEmbeddedServer } from '#server/db/embedded.ts';
import { openDatabase } from '#server/db/open-database.ts';
import { prepareDatabase } from '#server/db/prepare-database.ts';
import { isRunning } from './process.ts';
import { runSql, withDatabase } from './sql.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the tests make their databases, as the owner. `prefix` is this run's own: several may share a server. */
    testServer: { url: string; ownerUrl: string; template: string; prefix: string };
  }
}

const HOME_PREFIX = 'pulse-test-';

/** Starts one server for the whole run, the one of `DATABASE_URL` where it is set, and migrates a template there. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeAbandoned();
  const home = await mkdtemp(join(tmpdir(), `${HOME_PREFIX}${process.pid}-`));
  const { DATABASE_URL, DATABASE_OWNER_URL } = process.env;
  const server = await openDatabase({ env: { DATABASE_URL, DATABASE_OWNER_URL, PULSE_HOME: home } });
  const prefix = `pulse_test_${randomBytes(4).toString('hex')}`;
  const template = `${prefix}_template`;

  const role = server.url === server.ownerUrl ? await makeApplicationRole(server.ownerUrl, prefix) : null;
  const url = role?.url ?? server.url;

  const cleanUp = async () => {
    const left = await runSql(server.ownerUrl, 'SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [
      prefix,
    ]);
    for (const { datname } of left) await runSql(server.ownerUrl, `DROP DATABASE "${datname}" WITH (FORCE)`);
    await role?.drop();
    await server.close();
    await rm(home, { recursive: true, force: true });
  };
  try {
    await runSql(server.ownerUrl, `CREATE DATABASE "${template}"`);
    await prepareDatabase({ url: withDatabase(url, template), ownerUrl: withDatabase(server.ownerUrl, template) });
    project.provide('testServer', { url, ownerUrl: server.ownerUrl, template, prefix });
    return cleanUp;
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

/** A role of this run's own for the application; null where the owner may not make roles, and is both. */
async function makeApplicationRole(ownerUrl: string, name: string) {
  const password = randomBytes(16).toString('hex');
  try {
    await runSql(ownerUrl, `CREATE ROLE "${name}" LOGIN PASSWORD '${password}'`);
  } catch (error) {
    if ((error as { code?: string }).code === '42501') return null;
    throw error;
  }
  const url = Object.assign(new URL(ownerUrl), { username: name, password }).href;
  return { url, drop: () => runSql(ownerUrl, `DROP ROLE "${name}"`) };
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
