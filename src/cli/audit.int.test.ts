import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeConsistent, tamper } from '#server/audit/testing/tamper.ts';
import { openPulse } from '#server/pulse.ts';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { appendOne } from '#test/pulse.ts';
import { runUpulse } from './testing/run-upulse.ts';

let intact: TestDatabase;
let broken: TestDatabase;
let rewritten: TestDatabase;
let directory: string;

/** Three databases with as many events: one as it was written, one with an event changed, one rewritten whole. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pulse-audit-'));
  [intact, broken, rewritten] = await Promise.all([createTestDatabase(), createTestDatabase(), createTestDatabase()]);
  for (const database of [intact, broken, rewritten]) {
    await tamper(database.ownerUrl, `UPDATE log_head SET log_id = 'k3v9x0q2'`);
    const pulse = await openPulse({ url: database.url });
    try {
      for (const key of ['a', 'b', 'a', 'b']) await appendOne(pulse, key, 'note.written', { text: 'as it was' });
      if (database === rewritten) {
        await tamper(database.ownerUrl, `UPDATE event SET payload = '{"text":"other"}' WHERE position = 3`);
        await tamper(database.ownerUrl, ...(await makeConsistent(pulse.prisma)));
      }
    } finally {
      await pulse.close();
    }
  }
  await tamper(broken.ownerUrl, `UPDATE event SET payload = '{"text":"other"}' WHERE position = 3`);
});

afterAll(async () => {
  await Promise.all([intact, broken, rewritten].map((database) => database?.close()));
  await rm(directory, { recursive: true, force: true });
});

/** Runs it in the directory's home, with nothing of a server: it must not need one. */
const audit = (database: TestDatabase | undefined, ...args: string[]) =>
  runUpulse(['audit', ...args], { env: { PULSE_HOME: directory, ...(database && { DATABASE_URL: database.url }) } });
const file = (name: string) => join(directory, name);

describe('verify', () => {
  test('of a log as it was written: 0', async () => {
    expect(await audit(intact, 'verify')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^The log is as it was written\.\n\nLog +k3v9x0q2\nEvents +4\nRoot +[0-9a-f]{64}\n$/,
      ),
      stderr: '',
    });
    const { code, stdout } = await audit(intact, 'verify', '--key', 'a', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, key: 'a', size: 2, problem: null });
  });

  test('of a log that was changed: 3, and the position', async () => {
    const { code, stdout, stderr } = await audit(broken, 'verify');
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    expect(stdout).toMatch(/^The log is not what was written\.\n\nFound +altered\nPosition +3\nWhy +event 2 of 'a'/);
    for (const args of [[], ['--key', 'a']]) {
      const asJson = await audit(broken, 'verify', ...args, '--json');
      expect(asJson).toMatchObject({ code: 3, stderr: '' });
      expect(JSON.parse(asJson.stdout)).toMatchObject({ ok: false, problem: { how: 'altered', position: 3 } });
    }
    expect((await audit(broken, 'verify', '--key', 'b')).code).toBe(0);
  });

  test('refuses --url, and leaves PULSE_URL to other commands', async () => {
    const refused = await audit(intact, 'verify', '--url', 'http://127.0.0.1:1');
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('DATABASE_URL') });
    const env = { DATABASE_URL: intact.url, PULSE_URL: 'http://127.0.0.1:1' };
    expect((await runUpulse(['audit', 'verify'], { env })).code).toBe(0);
  });

  test('of what is not there: 4 for a key, 5 for a database', async () => {
    expect((await audit(intact, 'verify', '--key', 'nobody')).code).toBe(4);
    const nowhere = await runUpulse(['audit', 'verify'], { env: { DATABASE_URL: 'postgres://127.0.0.1:1023/none' } });
    expect(nowhere).toMatchObject({ code: 5, stdout: '', stderr: expect.not.stringContaining('upulse up') });
  });
});

describe('checkpoint', () => {
  test('makes a key for its owner only, once, and signs', async () => {
    const first = await audit(intact, 'checkpoint', '--out', file('first'));
    expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('Made a key') });
    const pem = await readFile(file('audit-key.pem'), 'utf8');
    expect((await stat(file('audit-key.pem'))).mode & 0o777).toBe(0o600);

    const { code, stdout, stderr } = await audit(intact, 'checkpoint');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^pulse\/k3v9x0q2\n4\n[\w+/]{43}=\ntime .*Z\n\n\u2014 pulse\/k3v9x0q2 [\w+/]{91}=\n$/);
    expect(await readFile(file('audit-key.pem'), 'utf8')).toBe(pem);
    const asJson = JSON.parse((await audit(intact, 'checkpoint', '--json')).stdout);
    expect(asJson).toMatchObject({ origin: 'pulse/k3v9x0q2', size: 4, note: expect.stringContaining('\n4\n') });
  });

  test('is extended by the log, and by its export, and not by one that was rewritten', async () => {
    await audit(intact, 'checkpoint', '--out', file('kept'));
    expect(await audit(intact, 'verify', '--checkpoint', file('kept'))).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('and extends the checkpoint'),
    });
    expect((await audit(rewritten, 'verify')).code).toBe(0);
    const found = await audit(rewritten, 'verify', '--checkpoint', file('kept'), '--json');
    expect(found.code).toBe(3);
    expect(JSON.parse(found.stdout).problem).toMatchObject({ how: 'rewritten', position: 3, through: 3 });

    for (const [database, code] of [
      [intact, 0],
      [rewritten, 3],
    ] as const) {
      await audit(database, 'export', '--out', file('log'));
      const verified = await audit(undefined, 'verify', '--file', file('log'), '--checkpoint', file('kept'));
      expect(verified.code).toBe(code);
    }
  });

  test('takes a given key, and is only believed from the expected one', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
      privateKeyEncoding: { format: 'pem', type: 'pkcs8' },
      publicKeyEncoding: { format: 'pem', type: 'spki' },
    });
    await writeFile(file('given.pem'), privateKey, { mode: 0o600 });
    await writeFile(file('given.pub.pem'), publicKey);
    await audit(intact, 'checkpoint', '--private-key', file('given.pem'), '--out', file('given'));
    const verify = (...args: string[]) => audit(intact, 'verify', '--checkpoint', file('given'), ...args);
    expect((await verify('--public-key', file('given.pub.pem'))).code).toBe(0);
    const found = await verify('--json');
    expect(found.code).toBe(3);
    expect(JSON.parse(found.stdout).problem).toMatchObject({ how: 'foreign', position: null });
  });

  test.each([
    ['others may read', 'ed25519', {}, 0o640, 'may be read by others'],
    ['has a passphrase', 'ed25519', { cipher: 'aes-256-cbc', passphrase: 'secret' }, 0o600, 'a passphrase'],
    ['is of another kind', 'x25519', {}, 0o600, 'no Ed25519 key'],
  ])('is not signed with a key that %s: 2', async (_what, type, protection, mode, message) => {
    const { privateKey } = generateKeyPairSync(type as 'ed25519', {
      privateKeyEncoding: { format: 'pem', type: 'pkcs8', ...protection },
      publicKeyEncoding: { format: 'pem', type: 'spki' },
    });
    await rm(file('bad.pem'), { force: true });
    await writeFile(file('bad.pem'), privateKey, { mode });
    const { code, stdout, stderr } = await audit(intact, 'checkpoint', '--private-key', file('bad.pem'));
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
    expect(stderr).not.toContain('PRIVATE KEY');
  });

  test('is not signed over a log that does not hold: 3', async () => {
    const { code, stdout } = await audit(broken, 'checkpoint', '--out', file('never'));
    expect({ code, stdout }).toEqual({ code: 3, stdout: expect.stringContaining('Position') });
    await expect(stat(file('never'))).rejects.toThrow('ENOENT');
  });

  test.each([
    [['verify', '--checkpoint', '/no/such/file']],
    [['verify', '--checkpoint', '/dev/null']],
    [['verify', '--key', 'a', '--checkpoint', '/dev/null']],
    [['verify', '--file', '/no/such/file']],
    [['verify', '--file', '/dev/null']],
    [['checkpoint', '--private-key', '/dev/null']],
    [['checkpoint', '--out', '/no/such/file']],
    [['export', '--out', '/no/such/file']],
    [['export', '--format', 'xml']],
  ])('%s is wrong usage: 2', async (args) => {
    expect((await audit(intact, 'checkpoint', '--out', file('any'))).code).toBe(0);
    expect(await audit(intact, ...args)).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('export', () => {
  test.each(['jsonl', 'csv'])('as %s verifies without a database, whole and of one key', async (format) => {
    for (const key of [[], ['--key', 'a']]) {
      const out = file(`export.${format}`);
      const { stdout } = await audit(intact, 'export', '--format', format, ...key);
      await audit(intact, 'export', '--format', format, ...key, '--out', out);
      const withoutTime = (text: string) => text.replace(/exportedAt[^,]*/, '');
      expect(withoutTime(await readFile(out, 'utf8'))).toBe(withoutTime(stdout));
      expect(await audit(undefined, 'verify', '--file', out)).toMatchObject({ code: 0, stderr: '' });
      await writeFile(out, stdout.replace('as it was', 'as it wos'));
      const found = await audit(undefined, 'verify', '--file', out, '--json');
      expect(found.code).toBe(3);
      expect(JSON.parse(found.stdout).problem).toMatchObject({ how: 'altered', position: 1 });
    }
  });

  test('of a log that does not hold says so when it is verified', async () => {
    await audit(broken, 'export', '--out', file('broken'));
    expect((await audit(undefined, 'verify', '--file', file('broken'))).code).toBe(3);
  });

  test('in parts, each after the other, verifies as one', async () => {
    const [one, two] = [file('one.jsonl'), file('two.csv')];
    await audit(intact, 'export', '--to', '3', '--out', one);
    const second = await audit(intact, 'export', '--after', one, '--format', 'csv', '--out', two, '--json');
    expect(JSON.parse(second.stdout)).toMatchObject({ events: 1 });
    const whole = await audit(undefined, 'verify', '--file', one, '--file', two, '--json');
    expect(JSON.parse(whole.stdout)).toEqual(JSON.parse((await audit(intact, 'verify', '--json')).stdout));
    expect((await audit(intact, 'verify', '--archive', one)).code).toBe(0);
    expect((await audit(undefined, 'verify', '--file', two)).code).toBe(3);
    for (const args of [
      ['export', '--to', '5'],
      ['export', '--to', '2', '--key', 'a'],
      ['export', '--after', '/dev/null'],
      ['verify', '--archive', one, '--key', 'a'],
    ])
      expect((await audit(intact, ...args)).code, args.join(' ')).toBe(2);
  });

  test('of a key without events: 4', async () => {
    expect(await audit(intact, 'export', '--key', 'nobody')).toMatchObject({ code: 4, stdout: '' });
  });
});
