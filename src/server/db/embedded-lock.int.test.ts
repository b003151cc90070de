import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { crash, readLine, startProgram, waitForExit } from '#test/process.ts';
import { withLock } from './embedded-lock.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pulse-lock-'));
});
afterEach(() => rm(directory, { recursive: true }));

test('one at a time, within a process too', async () => {
  let inside = 0;
  const seen: number[] = [];
  const work = async () => {
    seen.push(++inside);
    await sleep(1);
    inside--;
  };

  await Promise.all(Array.from({ length: 20 }, () => withLock(directory, work)));

  expect(seen).toEqual(Array(20).fill(1));
  expect(await readdir(directory)).toHaveLength(1);
});

test('work that fails gives the lock back', async () => {
  await expect(withLock(directory, () => Promise.reject(new Error('no')))).rejects.toThrow('no');

  expect(await withLock(directory, async () => 'done')).toBe('done');
});

test('the lock of a process that has died is taken over', async () => {
  await symlink(`${process.pid}@another-start`, join(directory, '7'));

  expect(await withLock(directory, async () => 'done')).toBe('done');
});

test('one at a time among processes that crash', async () => {
  await mkdir(join(directory, 'lock'));
  const workers = Array.from({ length: 3 }, () => startProgram('lock-user.ts', [directory, '60']));
  const crashing = Array.from({ length: 3 }, () => startProgram('lock-user.ts', [directory, '100000']));
  for (const child of crashing) {
    await readLine(child);
    await sleep(Math.random() * 50);
    await crash(child);
  }

  expect(await Promise.all(workers.map(waitForExit))).toEqual([0, 0, 0]);
});
