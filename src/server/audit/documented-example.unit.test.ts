import { createPublicKey, hash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isSignedBy, parseCheckpoint } from './checkpoint.ts';
import { formatHead, formatLine, parseLine } from './export-format.ts';
import { verifyFiles } from './verify-files.ts';

let page: string;
let directory: string;
beforeAll(async () => {
  page = await readFile(new URL('../../../docs/audit.md', import.meta.url), 'utf8');
  directory = await mkdtemp(join(tmpdir(), 'pulse-audit-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** The text of the page's only block in a language, as a file would hold it. */
function block(language: string): string {
  const found = [...page.matchAll(/^```(\w*)\n([\s\S]*?\n)```$/gm)].filter(([, name]) => name === language);
  expect(found).toHaveLength(1);
  return found[0]?.[2] ?? '';
}

it('hashes the first event as documented', () => {
  const first = parseLine('jsonl', block('json').split('\n')[0] ?? '');
  expect(first).toMatchObject({ event: { hash: hash('sha256', block('text').trimEnd()) } });
});

it('exports as documented, either way', async () => {
  const path = join(directory, 'export.jsonl');
  await writeFile(path, block('json'));
  const note = block('note');
  expect(isSignedBy(note, createPublicKey(block('pem')))).toBe(true);
  const checkpoint = parseCheckpoint(note);
  expect(await verifyFiles([path], { checkpoints: [checkpoint] })).toMatchObject({
    ok: true,
    logId: 'k3v9x0q2',
    size: checkpoint.size,
    root: checkpoint.root,
  });

  const lines = block('json').trimEnd().split('\n').slice(-2);
  const asCsv = lines.map((line) => formatLine('csv', parseLine('jsonl', line) ?? expect.fail(line)));
  expect(block('csv')).toBe(`${[formatHead('csv', { whole: true }), ...asCsv].join('\n')}\n`);
});
