import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { runSql } from '#test/sql.ts';
import { openDatabase } from './open-database.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pulse-open-'));
});
afterEach(() => rm(directory, { recursive: true }));

test('DATABASE_URL names the server, which closing leaves running', async () => {
  const { url } = inject('testServer');

  const database = await openDatabase({ env: { DATABASE_URL: url, PULSE_HOME: directory } });
  expect(database).toMatchObject({ url, embedded: false });
  await database.close();

  expect(await runSql(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('without it the embedded server of PULSE_HOME is used', async () => {
  const messages: string[] = [];
  const log = (message: string) => messages.push(message);

  const database = await openDatabase({ env: { DATABASE_URL: '', PULSE_HOME: join(directory, 'new home') }, log });
  expect(database.embedded).toBe(true);
  expect(await runSql(database.url, 'SELECT current_database() AS name')).toEqual([{ name: 'pulse' }]);
  await database.close();

  expect(messages).toEqual([
    'Creating the embedded database',
    expect.stringMatching(/^The embedded database runs on 127\.0\.0\.1:\d+$/),
    'The embedded database has stopped',
  ]);
});

test('DATABASE_OWNER_URL names the owner, and is nothing without DATABASE_URL', async () => {
  const { url, ownerUrl } = inject('testServer');

  expect(await openDatabase({ env: { DATABASE_URL: url } })).toMatchObject({ url, ownerUrl: url });
  const env = { DATABASE_URL: url, DATABASE_OWNER_URL: ownerUrl };
  expect(await openDatabase({ env })).toMatchObject({ url, ownerUrl });
  await expect(openDatabase({ env: { ...env, DATABASE_URL: '', PULSE_HOME: directory } })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(/DATABASE_URL is not\. Set it/),
  });
});

test('a server that can not be reached is named, without its password', async () => {
  const env = { DATABASE_URL: 'postgresql://ana:secret@127.0.0.1:1/pulse' };

  const error: unknown = await openDatabase({ env }).catch((error) => error);

  expect(error).toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(
      /^The database 127\.0\.0\.1:1\/pulse can't be reached: .*ECONNREFUSED.*Check DATABASE_URL/,
    ),
  });
  expect(String(error)).not.toContain('secret');
});

test('a home that can not be used says so', async () => {
  const file = join(directory, 'file');
  await writeFile(file, '');

  await expect(openDatabase({ env: { PULSE_HOME: file } })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('Set PULSE_HOME to a directory of yours.'),
  });
});
