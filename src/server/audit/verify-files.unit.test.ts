import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExportFormat, formatLine, parseLine } from './export-format.ts';
import type { FoundEvent } from './finding.ts';
import { exportLines, makeLog } from './testing/make-log.ts';
import { verifyFiles } from './verify-files.ts';

let directory: string;
let files = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pulse-audit-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const text = 'a "quoted", \u2028 line\nof \u0085 text; ключ 😀';
const events = makeLog([
  ['a', { text }],
  ['b', [1e21, -1.5e-9]],
  ['a'],
  ['=c, "d"', null],
  ['b'],
  ['a', { text }],
  ['b'],
  ['a'],
]);
const checkpoint = (size: number) => ({
  origin: 'pulse/k3v9x0q2',
  size,
  root: events[size - 1]?.chain ?? '',
  time: '2026-01-01T00:00:00.000Z',
});

async function verify(lines: string[] | string | Buffer, options?: Parameters<typeof verifyFiles>[1]) {
  const path = join(directory, `export-${++files}`);
  await writeFile(path, Array.isArray(lines) ? `${lines.join('\n')}\n` : lines);
  return verifyFiles([path], options);
}

/** Changes an event of a file, and writes it as Pulse would. */
function edit(format: ExportFormat, line: string, change: (event: FoundEvent) => FoundEvent): string {
  const parsed = parseLine(format, line);
  if (!parsed || !('event' in parsed)) throw new Error('no event');
  return formatLine(format, { event: change(parsed.event) });
}

describe.each(['jsonl', 'csv'] as const)('given an export as %s', (format) => {
  const lines = exportLines(format, events);
  const head = format === 'csv' ? 1 : 0;
  const withLine = (position: number, ...replaced: string[]) => lines.toSpliced(head + position - 1, 1, ...replaced);
  const line = (position: number) => lines[head + position - 1] as string;
  const problemOf = async (changed: string[], options?: Parameters<typeof verifyFiles>[1]) =>
    (await verify(changed, options)).problem;

  it('when nothing was changed, then nothing is found', async () => {
    const report = { ok: true, logId: 'k3v9x0q2', key: null, size: 8, root: events[7]?.chain, problem: null };
    expect(await verify(lines)).toEqual(report);
    expect(await verify(lines, { maxKeys: 1 })).toEqual(report);
    expect(await verify(lines, { checkpoints: [checkpoint(8), checkpoint(5)] })).toEqual(report);
    expect(await verify(exportLines(format, []))).toMatchObject({ ok: true, size: 0 });
  });

  it('when it is of one key, then its chain is verified alone', async () => {
    const mine = exportLines(format, events, 'a');
    expect(await verify(mine)).toEqual({
      ok: true,
      logId: 'k3v9x0q2',
      key: 'a',
      size: 4,
      root: events[7]?.hash,
      problem: null,
    });
    expect((await verify(mine.toSpliced(head + 1, 1))).problem).toMatchObject({
      how: 'removed',
      position: 2,
      through: 6,
    });
    expect((await verify(mine.toSpliced(head + 3, 1))).problem).toMatchObject({ how: 'removed', position: 7 });
    expect((await verify(mine.slice(0, -1))).problem).toMatchObject({ how: 'removed', position: 9 });
    await expect(verify(mine, { checkpoints: [checkpoint(5)] })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('when an event says something else, then its position is named', async () => {
    for (const maxKeys of [1, 2, 100]) {
      const changed = withLine(
        5,
        edit(format, line(5), (event) => ({ ...event, payload: { text: 'other' } })),
      );
      expect(await problemOf(changed, { maxKeys })).toMatchObject({ how: 'altered', position: 5 });
    }
  });

  it('when a line is written in another way, then its position is named', async () => {
    for (const other of [
      line(5).replace('{"', '{ "'),
      `${line(5)} `,
      `${line(5)}\r`,
      '',
      'null',
      '[]',
      'x'.repeat(5_000_000),
    ]) {
      expect(await problemOf(withLine(5, other))).toMatchObject({ how: 'altered', position: 5 });
    }
    const broken = Buffer.from(`${lines.join('\n')}\n`);
    broken[broken.indexOf(line(5)) + 20] = 0xff;
    expect((await verify(broken)).problem).toMatchObject({ how: 'altered', position: 5 });
  });

  it('when events are missing, then the first position is named', async () => {
    expect(await problemOf(withLine(5))).toMatchObject({ how: 'removed', position: 5, through: 5 });
    expect(await problemOf(withLine(8))).toMatchObject({ how: 'removed', position: 8, through: 8 });
    expect(await problemOf(lines.slice(0, head + 6))).toMatchObject({ how: 'removed', position: 7 });
    expect((await verify(lines.join('\n').slice(0, -10))).problem).toMatchObject({ how: 'removed', position: 9 });
  });

  it('when two events changed places, then the first position is named', async () => {
    const moved = (from: number, to: number) =>
      edit(format, line(from), (event) => ({ ...event, position: to, chain: events[to - 1]?.chain ?? '' }));
    expect(await problemOf(withLine(2, moved(3, 2)).toSpliced(head + 2, 1, moved(2, 3)))).toMatchObject({
      how: 'reordered',
      position: 2,
    });
    expect(await problemOf(withLine(2, line(3)).toSpliced(head + 2, 1, line(2)))).toMatchObject({ position: 2 });
  });

  it('when an event was added, then its position is named', async () => {
    expect(await problemOf(withLine(5, line(5), line(5)))).toMatchObject({ how: 'inserted', position: 5 });
    expect(await problemOf([...lines, line(5)])).toMatchObject({ how: 'inserted', position: 9 });
    const [more] = makeLog([['e']]);
    const added = formatLine(format, {
      event: {
        ...(more as FoundEvent),
        position: 9,
        chain: makeLog([...events.map(({ key, payload }) => [key, payload] as const), ['e']])[8]?.chain ?? '',
      },
    });
    expect(await problemOf(lines.toSpliced(-1, 0, added))).toMatchObject({ how: 'inserted', position: 9 });
  });

  it('when it was made anew and agrees with itself, then only a checkpoint tells', async () => {
    const other = exportLines(
      format,
      makeLog(events.map(({ key, payload, position }) => [key, position === 5 ? { text: 'other' } : payload] as const)),
    );
    expect(await problemOf(other)).toBe(null);
    const checkpoints = [checkpoint(8), checkpoint(4)];
    expect(await problemOf(other, { checkpoints })).toMatchObject({ how: 'rewritten', position: 5, through: 8 });
    expect(await problemOf(exportLines(format, events.slice(0, 6)), { checkpoints })).toMatchObject({
      how: 'removed',
      position: 7,
      through: 8,
    });
    expect(await problemOf(lines, { checkpoints: [{ ...checkpoint(8), origin: 'pulse/other' }] })).toMatchObject({
      how: 'foreign',
    });
  });
});

describe('given a file that is no export', () => {
  it.each([
    ['empty', ''],
    ['text', 'hello\n'],
    ['other CSV', 'a,b\n1,2\n'],
  ])('when it is %s, then it is refused', async (_what, content) => {
    await expect(verify(content)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('when it is not there, then that is said', async () => {
    await expect(verifyFiles([join(directory, 'none')])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(verifyFiles([directory])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
