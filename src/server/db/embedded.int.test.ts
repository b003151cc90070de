import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { crash, readLine, startProgram, waitForExit } from '#test/process.ts';
import { runSql } from '#test/sql.ts';
import { openEmbeddedServer } from './embedded.ts';
import { readCommandLine } from './embedded-process.ts';

const NOBODY = { uid: 65534, gid: 65534 };

let home: string;
let children: ChildProcess[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'pulse-embedded-'));
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map(crash));
  await openEmbeddedServer({ home }).then((server) => server.close());
  await rm(home, { recursive: true });
});

function start(options = {}): ChildProcess {
  const child = startProgram('embedded-user.ts', [home], options);
  children.push(child);
  return child;
}

async function leave(child: ChildProcess): Promise<void> {
  child.stdin?.end();
  expect(await waitForExit(child)).toBe(0);
}

const startedAt = (url: string) => runSql(url, 'SELECT pg_postmaster_start_time()::text AS at');

async function readServerPid(): Promise<number> {
  return Number.parseInt(await readFile(join(home, 'postgres/data/postmaster.pid'), 'utf8'), 10);
}

test('several that start at once in a new home share one server, which the last one stops', async () => {
  const users = [start(), start(), start()];
  const urls = await Promise.all(users.map(readLine));
  const [url = ''] = urls;

  expect(new Set(urls).size).toBe(1);
  const pid = await readServerPid();
  expect(await readCommandLine(pid)).toContain(home);

  await Promise.all(users.slice(1).map(leave));
  expect(await startedAt(url)).toHaveLength(1);

  await Promise.all(users.slice(0, 1).map(leave));
  await expect(startedAt(url)).rejects.toThrow('ECONNREFUSED');
  expect(await readCommandLine(pid)).toBeNull();
});

test('a database of UTF-8 in code point order, on the loopback, that keeps its data and its URL over a restart', async () => {
  const first = await openEmbeddedServer({ home });
  await runSql(first.ownerUrl, 'CREATE TABLE cup (name text)');
  await runSql(first.ownerUrl, `INSERT INTO cup VALUES ('b'), ('a'), ('B'), ('é'), ('z')`);
  await first.close();
  await first.close();

  const second = await openEmbeddedServer({ home });
  const rows = await runSql(second.ownerUrl, 'SELECT name FROM cup ORDER BY name');
  const settings = await runSql(
    second.ownerUrl,
    `SELECT current_setting('listen_addresses') AS address, current_setting('timezone') AS zone,
            current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding`,
  );
  await second.close();

  expect(second.url).toBe(first.url);
  expect(rows.map(({ name }) => name)).toEqual(['B', 'a', 'b', 'z', 'é']);
  expect(settings).toEqual([{ address: '127.0.0.1', zone: 'UTC', fsync: 'on', encoding: 'UTF8' }]);
});

test('the passwords are secret and needed', async () => {
  const server = await openEmbeddedServer({ home });
  for (const url of [new URL(server.url), new URL(server.ownerUrl)]) {
    for (const password of ['guess', new URL(server.ownerUrl).password].filter((other) => other !== url.password)) {
      const guessed = Object.assign(new URL(url), { password });
      await expect(startedAt(guessed.href)).rejects.toThrow('password authentication failed');
    }
  }
  expect((await stat(join(home, 'postgres/password'))).mode & 0o777).toBe(0o600);
  await server.close();
});

test('the application has a role of its own, also in a home from before there was one', async () => {
  const describeRole = (url: string) =>
    runSql(
      url,
      'SELECT rolname AS name, rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user',
    );
  const role = { name: 'pulse_app', rolsuper: false, rolcreaterole: false, rolcreatedb: false };
  const first = await openEmbeddedServer({ home });
  expect(await describeRole(first.url)).toEqual([role]);
  await runSql(first.ownerUrl, 'CREATE TABLE cup (id int)');
  await runSql(first.ownerUrl, 'DROP ROLE pulse_app');
  await first.close();

  const second = await openEmbeddedServer({ home });
  expect(await describeRole(second.url)).toEqual([role]);
  expect(second).toMatchObject({ url: first.url, ownerUrl: first.ownerUrl });
  await expect(runSql(second.url, 'DROP TABLE cup')).rejects.toThrow('must be owner');
  expect(await describeRole(second.ownerUrl)).toMatchObject([{ name: 'pulse', rolsuper: true }]);
  await second.close();
});

test('the server of a process that crashed is used on, and the crashed one does not keep it running', async () => {
  const crashed = start();
  const url = await readLine(crashed);
  const before = await startedAt(url);
  await crash(crashed);

  const server = await openEmbeddedServer({ home });
  expect(server.url).toBe(url);
  expect(await startedAt(url)).toEqual(before);
  await server.close();

  await expect(startedAt(url)).rejects.toThrow('ECONNREFUSED');
});

test('a server that is killed while it is used comes back at the same URL', async () => {
  const server = await openEmbeddedServer({ home });
  await runSql(server.ownerUrl, 'CREATE TABLE kept (id int)');
  const killed = await readServerPid();
  process.kill(killed, 'SIGKILL');
  await expect.poll(readServerPid, { timeout: 20_000 }).not.toBe(killed);
  await expect
    .poll(() => runSql(server.ownerUrl, 'SELECT * FROM kept').catch(() => null), { timeout: 20_000 })
    .toEqual([]);
  await server.close();
});

test('a server that was killed is started again at the same URL, with all that was committed', async () => {
  const first = await openEmbeddedServer({ home });
  await runSql(first.ownerUrl, 'CREATE TABLE cup AS SELECT generate_series(1, 1000) AS id');
  process.kill(await readServerPid(), 'SIGKILL');

  const second = await openEmbeddedServer({ home });

  expect(second.url).toBe(first.url);
  expect(await runSql(first.ownerUrl, 'SELECT count(*)::int FROM cup')).toEqual([{ count: 1000 }]);
  await Promise.all([first.close(), second.close()]);
  await expect(startedAt(first.url)).rejects.toThrow('ECONNREFUSED');
});

test('a port that is let go of a moment later is waited for, so that the URL stays', async () => {
  const first = await openEmbeddedServer({ home });
  await first.close();
  const holder = createServer().listen(Number(new URL(first.url).port), '127.0.0.1');
  await once(holder, 'listening');
  const starting = openEmbeddedServer({ home });
  await sleep(300);
  holder.close();
  const second = await starting;
  await second.close();
  expect(second.url).toBe(first.url);
});

test('the pid of a server from before a reboot may be the pid of another process now', async () => {
  const first = await openEmbeddedServer({ home });
  await first.close();
  const lines = [process.pid, join(home, 'postgres/data'), 1, new URL(first.url).port, '', '127.0.0.1', '', 'ready'];
  await writeFile(join(home, 'postgres/data/postmaster.pid'), lines.join('\n'));

  const second = await openEmbeddedServer({ home });
  expect(await startedAt(second.url)).toHaveLength(1);
  await second.close();
});

test('a port that someone else keeps is given up for another', async () => {
  const first = await openEmbeddedServer({ home });
  await first.close();
  const other = createServer().listen(Number(new URL(first.url).port), '127.0.0.1');
  await once(other, 'listening');

  const second = await openEmbeddedServer({ home });
  expect(second.url).not.toBe(first.url);
  expect(await startedAt(second.url)).toHaveLength(1);
  await second.close();
  other.close();
});

test('a data directory whose making was cut off is made again', async () => {
  const root = join(home, 'postgres');
  const cutOff = start();
  const isMaking = async () => {
    const names = await readdir(root).catch((): string[] => []);
    const workshop = names.find((name) => name.startsWith('new-'));
    return workshop && (await readdir(join(root, workshop, 'data')).catch((): string[] => [])).includes('base');
  };
  while (!(await isMaking())) await sleep(2);
  await crash(cutOff);
  expect(await readdir(root)).not.toContain('data');

  const server = await openEmbeddedServer({ home });
  expect(await startedAt(server.url)).toHaveLength(1);
  expect((await readdir(root)).filter((name) => name.startsWith('new-'))).toEqual([]);
  await server.close();
});

test('data of another PostgreSQL version is left alone', async () => {
  await (await openEmbeddedServer({ home })).close();
  await writeFile(join(home, 'postgres/data/PG_VERSION'), '17\n');

  await expect(openEmbeddedServer({ home })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('was written by PostgreSQL 17'),
  });
  await writeFile(join(home, 'postgres/data/PG_VERSION'), '18\n');
});

test('a server that does not start says why', async () => {
  await (await openEmbeddedServer({ home })).close();
  const control = join(home, 'postgres/data/global/pg_control');
  const content = await readFile(control);
  await writeFile(control, '');

  await expect(openEmbeddedServer({ home })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    details: { reason: expect.stringContaining('pg_control') },
  });
  await writeFile(control, content);
});

const isRoot = process.getuid?.() === 0;
const nobodyCanRun = () => spawnSync(process.execPath, ['--import', 'tsx', '-e', ''], NOBODY).status === 0;

test.runIf(isRoot)('root runs the server as another user, in a home that only root may enter', async () => {
  await chmod(home, 0o700);
  const server = await openEmbeddedServer({ home });

  expect((await stat(join(home, 'postgres/data'))).uid).toBe(NOBODY.uid);
  expect((await stat(`/proc/${await readServerPid()}`)).uid).not.toBe(0);
  await server.close();
});

test.runIf(isRoot && nobodyCanRun())('an ordinary user and root share a server of the user', async () => {
  await chown(home, NOBODY.uid, NOBODY.gid);
  const user = start(NOBODY);
  const url = await readLine(user);

  const server = await openEmbeddedServer({ home });
  expect(server.url).toBe(url);
  await server.close();
  expect(await startedAt(url)).toHaveLength(1);
  await leave(user);
  await expect(startedAt(url)).rejects.toThrow('ECONNREFUSED');
});
