import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linkDependencies } from './dependencies.ts';

describe('linkDependencies', () => {
  let directory: string;
  let root: string;
  let worktree: string;
  const write = (path: string, text: string) => {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), text);
  };
  const read = (path: string) => readFileSync(join(worktree, 'node_modules', path), 'utf8');

  beforeEach(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'pulse-dependencies-')));
    root = join(directory, 'root');
    worktree = join(directory, 'worktree');
    mkdirSync(worktree);
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('links packages, scoped packages and programs, and leaves out caches', async () => {
    write('root/node_modules/plain/index.js', 'plain');
    write('root/node_modules/@scope/inner/index.js', 'scoped');
    write('root/node_modules/.bin/tool', 'tool');
    write('root/node_modules/.cache/x', 'cache');
    await linkDependencies(root, worktree);
    expect([read('plain/index.js'), read('@scope/inner/index.js'), read('.bin/tool')]).toEqual([
      'plain',
      'scoped',
      'tool',
    ]);
    expect(readdirSync(join(worktree, 'node_modules')).sort()).toEqual(['.bin', '@scope', 'plain']);
    expect(readdirSync(worktree)).toEqual(['node_modules']);
  });

  it("links a workspace's package to the worktree's copy", async () => {
    write('root/packages/own/index.js', "the user's");
    write('worktree/packages/own/index.js', "the worktree's");
    mkdirSync(join(root, 'node_modules'));
    symlinkSync('../packages/own', join(root, 'node_modules/own'));
    await linkDependencies(root, worktree);
    expect(read('own/index.js')).toBe("the worktree's");
  });

  it('leaves packages that the worktree has, and a repository without any, alone', async () => {
    await linkDependencies(root, worktree);
    expect(readdirSync(worktree)).toEqual([]);
    write('root/node_modules/plain/index.js', "the user's");
    write('worktree/node_modules/plain/index.js', "the worktree's");
    await linkDependencies(root, worktree);
    expect(read('plain/index.js')).toBe("the worktree's");
  });
});
