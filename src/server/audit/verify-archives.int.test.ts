import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { appendOne } from '#test/pulse.ts';
import { openPulse, type Pulse } from '../pulse.ts';
import { nameOrigin } from './checkpoint.ts';
import { exportLog } from './export-log.ts';
import { readSeal } from './read-export.ts';
import { tamper } from './testing/tamper.ts';
import { verifyFiles } from './verify-files.ts';
import { verifyLog } from './verify-log.ts';

/**
 * A log in partitions of six events: key `early` ends in the first, `long` goes on in each, `late` begins in the third.
 * The first two are exported, each after the other, and detached.
 */
let database: TestDatabase;
let pulse: Pulse;
let directory: string;
let archives: string[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pulse-audit-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

beforeEach(async () => {
  database = await createTestDatabase();
  onTestFinished(() => database.close());
  await tamper(
    database.ownerUrl,
    'DROP TABLE event_1',
    'UPDATE log_head SET partition_size = 6, partitioned_until = 1',
    'SELECT pulse_make_partitions(15)',
  );
  pulse = await openPulse({ url: database.url });
  for (let index = 0; index < 15; index += 1) {
    const key = index % 2 ? 'long' : index < 6 ? 'early' : index < 12 ? 'middle' : 'late';
    await appendOne(pulse, key, 'note.written', { index });
  }
  await pulse.close();
  archives = [join(directory, '1.jsonl'), join(directory, '2.csv')];
  await write(archives[0] as string, { format: 'jsonl', to: 6 });
  const after = await readSeal('--after', archives[0] as string);
  await write(archives[1] as string, { format: 'csv', after, to: 12 });
});

async function write(path: string, options: Omit<Parameters<typeof exportLog>[1], 'write'>) {
  const lines: string[] = [];
  await exportLog(database, { ...options, write: async (line) => void lines.push(`${line}\n`) });
  await writeFile(path, lines.join(''));
}

const detach = (...partitions: number[]) =>
  tamper(database.ownerUrl, ...partitions.map((first) => `ALTER TABLE event DETACH PARTITION event_${first}`));
const find = async (options?: Parameters<typeof verifyLog>[1]) => (await verifyLog(database, options)).problem;
const rewrite = async (path: string | undefined, change: (text: string) => string) =>
  writeFile(path as string, change(await readFile(path as string, 'utf8')));

describe('given a log whose oldest events were exported and detached', () => {
  it('when it is verified with the archives, then nothing is found, whatever else is attached still', async () => {
    const { root } = await verifyLog(database);
    expect(await find({ archives })).toBe(null);
    await detach(1);
    expect(await find({ archives })).toBe(null);
    await detach(7);
    expect(await verifyLog(database, { archives })).toMatchObject({ ok: true, size: 15, root });
    await tamper(database.ownerUrl, 'ALTER TABLE event ATTACH PARTITION event_7 FOR VALUES FROM (7) TO (13)');
    expect(await find({ archives: archives.slice(0, 1) })).toBe(null);
  });

  it('when the archives are verified alone, then nothing is found', async () => {
    const checkpoint = async (path: string | undefined) => {
      const seal = (await readSeal('--file', path as string)) ?? expect.fail('no seal');
      return { origin: nameOrigin(seal.logId), size: seal.size, root: seal.root, time: seal.exportedAt };
    };
    const checkpoints = await Promise.all(archives.map(checkpoint));
    expect(await verifyFiles(archives, { checkpoints })).toMatchObject({ ok: true, size: 12 });
    expect(await verifyFiles(archives, { checkpoints, maxKeys: 1 })).toMatchObject({ ok: true, size: 12 });
    await detach(1, 7);
    expect(await find({ archives, checkpoints })).toBe(null);
    const wrong = checkpoints.map((one) => ({ ...one, root: '1'.repeat(64) }));
    expect(await find({ archives, checkpoints: wrong })).toMatchObject({ how: 'rewritten', position: 1, through: 6 });
  });

  it('when an archive is missing or in another place, then the first event that is not there is named', async () => {
    await detach(1, 7);
    expect(await find()).toMatchObject({ how: 'removed', position: 1, through: 12 });
    expect(await find({ archives: archives.slice(0, 1) })).toMatchObject({ how: 'removed', position: 7, through: 12 });
    expect(await find({ archives: archives.slice(1) })).toMatchObject({ how: 'removed', position: 1, through: 6 });
    expect(await find({ archives: archives.toReversed() })).toMatchObject({ how: 'removed', position: 1 });
  });

  it('when an archived event was changed, then its position is named', async () => {
    await detach(1, 7);
    await rewrite(archives[1], (text) => text.replace('""index"":8', '""index"":9'));
    expect(await find({ archives })).toMatchObject({ how: 'altered', position: 9 });
  });

  it('when the end of an archive was changed, then that is found', async () => {
    await detach(1, 7);
    for (const path of archives) {
      const text = await readFile(path, 'utf8');
      await rewrite(path, (whole) =>
        whole.replace(/(root"+:"+)(.)/, (_, name, digit) => name + (digit === '0' ? '1' : '0')),
      );
      expect(await find({ archives })).not.toBe(null);
      await writeFile(path, text.slice(0, -20));
      expect(await find({ archives })).toMatchObject({ how: 'removed' });
      await writeFile(path, text);
    }
  });

  it('when an event of the database was changed whose key began in an archive, then its position is named', async () => {
    await detach(1, 7);
    await tamper(database.ownerUrl, `UPDATE event SET payload = '{"index":99}' WHERE position = 14`);
    expect(await find({ archives })).toMatchObject({ how: 'altered', position: 14 });
  });

  it.each([
    ['early', 6],
    ['middle', 12],
  ])('when the stream of a key that is all archived was changed, then that is found', async (key, through) => {
    await detach(1, 7);
    await tamper(database.ownerUrl, `UPDATE stream SET hash = repeat('1', 64) WHERE key = '${key}'`);
    expect(await find({ archives })).toMatchObject({ how: 'altered', position: through - 1 });
    await tamper(database.ownerUrl, `DELETE FROM stream WHERE key = '${key}'`);
    expect(await find({ archives })).not.toBe(null);
  });

  it('when the archive is of another log, then it says so', async () => {
    await detach(1, 7);
    await tamper(database.ownerUrl, `UPDATE log_head SET log_id = 'another'`);
    expect(await find({ archives })).toMatchObject({ how: 'foreign', position: null });
  });

  it('when a part is asked for that is not there, then it is refused', async () => {
    const after = await readSeal('--after', archives[1] as string);
    const ask = (options: object) => exportLog(database, { format: 'csv', write: async () => {}, ...options });
    for (const options of [{ to: 16 }, { after, to: 11 }, { after: { ...after, logId: 'another' } }])
      await expect(ask(options)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
