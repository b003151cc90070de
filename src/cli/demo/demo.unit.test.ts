import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Key } from '#domain/event.ts';
import { definitions } from '#workflows/index.ts';
import { createSampleRepository } from './sample-repo.ts';
import { sampleWorkflows } from './sample-workflows.ts';

describe('the demo', () => {
  let directory: string;
  let repo: string;
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { cwd: repo, encoding: 'utf8' }).trim();

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'pulse-demo-'));
    repo = await createSampleRepository(join(directory, 'demo/greetings'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('makes one clean repository, however often and at once it is asked', async () => {
    const head = run('git', 'rev-parse', 'HEAD');
    const other = join(directory, 'twice/greetings');
    const paths = await Promise.all([createSampleRepository(other), createSampleRepository(other)]);
    expect(paths[0]).toBe(paths[1]);
    expect(readdirSync(join(directory, 'twice'))).toEqual(['greetings']);
    expect(await createSampleRepository(repo)).toBe(repo);
    expect(run('git', 'rev-parse', 'HEAD')).toBe(head);
    expect(run('git', 'status', '--porcelain')).toBe('');
  });

  it('does not overwrite what it has not made', async () => {
    const taken = join(directory, 'taken');
    mkdirSync(taken);
    writeFileSync(join(taken, 'mine.txt'), '');
    await expect(createSampleRepository(taken)).rejects.toThrow(`${taken} holds something that is not the demo's`);
    expect(existsSync(join(taken, 'mine.txt'))).toBe(true);
  });

  it('makes a package whose tests fail until both its fixers have run', { timeout: 30_000 }, async () => {
    repo = await createSampleRepository(join(directory, 'fixed/greetings'));
    expect(() => run('node', '--test')).toThrow();
    run('npm', 'run', 'fix');
    expect(() => run('node', '--test')).toThrow();
    run('npm', 'run', 'format');
    expect(run('node', '--test')).toContain('fail 0');
  });

  it('starts workflows that their definitions accept, each under a key of its own', () => {
    const samples = sampleWorkflows({ repo });
    expect(new Set(samples.map(({ key }) => key)).size).toBe(samples.length);
    for (const { name, key, input } of samples) {
      const definition = definitions.find((candidate) => candidate.name === name);
      expect(definition?.input.safeParse(input).error, key).toBeUndefined();
      expect(Key.parse(key)).toBe(key);
    }
  });
});
