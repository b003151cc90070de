import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '#domain/json.ts';
import { signCheckpoint } from './checkpoint.ts';
import { exportLines, makeLog } from './testing/make-log.ts';

const script = new URL('../../../examples/verify_audit.py', import.meta.url).pathname;
const hasPython = spawnSync('python3', ['--version']).status === 0;
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

const odd: Json = {
  numbers: [0, 1, -0.5, 1e20, 1e21, -1.5e-9, 1e-6, 1e-7, 5e-324, 0.1 + 0.2, 2 ** 53, 123456789.125],
  text: 'a "quoted" \\ line\nof \u0001 \u007f \u2028 text; ключ',
  '\ufb33': 1,
  '😀': 2,
  '€': [true, null, {}, []],
};
const events = makeLog([['a', odd], ['"b", "kind":'], ['a'], ['=c'], ['a', odd]]);
const { privateKey, publicKey } = generateKeyPairSync('ed25519');

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pulse-audit-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Runs the example over lines of an export, and over a checkpoint of it. */
async function verify(lines: string[], checkpoint?: { size: number; root: string; signer?: typeof privateKey }) {
  const path = (name: string) => join(directory, name);
  await writeFile(path('log.jsonl'), `${lines.join('\n')}\n`);
  const args = [script, path('log.jsonl')];
  if (checkpoint) {
    const { signer = privateKey, ...made } = checkpoint;
    const note = signCheckpoint({ origin: 'pulse/k3v9x0q2', time: '2026-01-01T00:00:00.000Z', ...made }, signer);
    await writeFile(path('checkpoint'), note);
    await writeFile(path('key.pem'), publicKey.export({ format: 'pem', type: 'spki' }));
    args.push(path('checkpoint'), path('key.pem'));
  }
  const { status, stdout, stderr } = spawnSync('python3', args, { encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

describe.skipIf(!hasPython)('given the verifier in Python, written from the documentation', () => {
  const lines = exportLines('jsonl', events);

  it('when an export holds, then it says so, with the same root', async () => {
    expect(await verify(lines)).toEqual({ status: 0, said: `5 events, root ${events.at(-1)?.chain}\n` });
  });

  it('when an export was changed, then it names the place', async () => {
    const altered = lines.with(2, lines[2]?.replace('"payload":{}', '"payload":{"x":1}') ?? '');
    expect(await verify(altered)).toEqual({ status: 1, said: 'position 3 is not as it was written\n' });
    expect(await verify(lines.toSpliced(1, 1))).toMatchObject({
      status: 1,
      said: expect.stringContaining('position 2'),
    });
    expect(await verify(lines.slice(0, -1))).toMatchObject({ status: 1 });
    expect(await verify(lines.with(0, lines[0]?.replace('1e-7', '1.0e-7') ?? ''))).toMatchObject({ status: 1 });
  });

  it.skipIf(!hasOpenssl)('when there is a checkpoint, then it tells whether the log extends it', async () => {
    const root = events[2]?.chain ?? '';
    expect(await verify(lines, { size: 3, root })).toMatchObject({
      status: 0,
      said: expect.stringContaining('extends the checkpoint'),
    });
    expect((await verify(lines, { size: 4, root })).status).toBe(1);
    const signer = generateKeyPairSync('ed25519').privateKey;
    expect(await verify(lines, { size: 3, root, signer })).toMatchObject({
      status: 1,
      said: expect.stringContaining('not signed'),
    });
  });
});
