import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findToken } from './find-token.ts';

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'pulse-token-'));
  await writeFile(join(home, 'admin-token'), 'of-the-home\n');
});
afterAll(() => rm(home, { recursive: true, force: true }));

it('shows the token of the environment to any server', async () => {
  const env = { PULSE_HOME: home, PULSE_TOKEN: 'mine' };
  expect(await findToken('https://pulse.example', env)).toBe('mine');
  expect(await findToken('http://127.0.0.1:3000', env)).toBe('mine');
});

it('shows the token of the home to the server of this machine alone', async () => {
  const env = { PULSE_HOME: home };
  for (const url of ['http://127.0.0.1:3000', 'http://localhost:9', 'http://[::1]:3000'])
    expect(await findToken(url, env), url).toBe('of-the-home');
  for (const url of ['https://pulse.example', 'http://127.0.0.1.evil.example', 'http://10.0.0.7:3000'])
    expect(await findToken(url, env), url).toBeUndefined();
  expect(await findToken('http://10.0.0.7:3000', { ...env, HOST: '10.0.0.7' })).toBe('of-the-home');
});

it('shows nothing where there is none', async () => {
  expect(await findToken('http://127.0.0.1:3000', { PULSE_HOME: join(home, 'nowhere') })).toBeUndefined();
});

it('refuses what no header can carry', async () => {
  await expect(findToken('http://127.0.0.1:3000', { PULSE_TOKEN: 'a\nb' })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
});
