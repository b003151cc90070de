import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { RoundResult } from '#domain/moderator.ts';
import { MetaInput } from './meta/input.ts';
import type { Change, Plan, Review } from './meta/outputs.ts';
import { meta } from './meta.ts';
import { makeRepository, type TestRepository } from './testing/git-repository.ts';
import { runDefinition, runRound } from './testing/run-definition.ts';

// Fails until word.txt says "right"; the fixer makes it so. Checking also leaves litter behind, as test runners do.
const fixable = {
  'word.txt': 'wrong\n',
  'package.json': JSON.stringify({
    scripts: { test: 'echo ran >> litter.log && grep right word.txt', fix: 'echo right > word.txt' },
  }),
};
const task = 'Correct the word\n\nIt must be right.';

// A round is a dozen programs, and test files run side by side.
vi.setConfig({ testTimeout: 30_000 });

const repositories: TestRepository[] = [];
function given(files: Record<string, string>): TestRepository {
  const repository = makeRepository(files);
  repositories.push(repository);
  return repository;
}

afterEach(() => {
  vi.unstubAllEnvs();
  for (const repository of repositories.splice(0)) repository.remove();
});

/** Everything about the user's side of a repository that a workflow must leave alone. */
function photograph({ git, repo }: TestRepository): unknown {
  const indexOf = () => readFileSync(join(repo, '.git/index')).toString('base64');
  return {
    index: indexOf(),
    status: git('status', '--porcelain'),
    head: git('rev-parse', 'HEAD'),
    on: git('branch', '--show-current'),
    config: readFileSync(join(repo, '.git/config'), 'utf8'),
  };
}

const outputOf = <Output>(history: readonly RoundResult[], index: number) => history.at(index)?.output as Output;

describe('meta without an agent', () => {
  it('repairs a repository by its own fixer and ends approved, with one commit on its branch', async () => {
    const { repo, home, git } = given(fixable);
    const base = git('rev-parse', 'HEAD');
    const { history, end } = await runDefinition(meta, { key: 'fix-68', input: { repo, task }, home });

    expect(end).toBe('approved');
    expect(history.map(({ role, outcome }) => `${role} ${outcome}`)).toEqual([
      'planner succeeded',
      'coder succeeded',
      'reviewer succeeded',
    ]);
    const [plan, review] = [outputOf<Plan>(history, 0), outputOf<Review>(history, 2)];
    expect(plan).toMatchObject({ branch: 'pulse/fix-68', base, checks: { command: 'npm test', exitCode: 1 } });
    expect(outputOf<Change>(history, 1)).toMatchObject({
      by: 'fixers',
      exitCode: 0,
      changes: expect.stringContaining('1 file'),
    });
    expect(review).toMatchObject({ approved: true, commit: git('rev-parse', 'pulse/fix-68'), worktree: null });
    expect(git('log', '--format=%s by %an', `${base}..pulse/fix-68`)).toBe('Correct the word by Pulse');
    expect(git('diff', '--name-only', base, 'pulse/fix-68')).toBe('word.txt');
    expect(existsSync(plan.worktree)).toBe(false);
  });

  it("touches nothing in the user's tree and index, whatever is going on there", async () => {
    const repository = given({ ...fixable, 'other.txt': 'one\n' });
    const { repo, home, git, write } = repository;
    write('word.txt', 'half-written');
    write('other.txt', 'staged');
    git('add', 'other.txt');
    write('note.md', 'untracked');
    const before = photograph(repository);
    const { end } = await runDefinition(meta, { key: 'fix', input: { repo, task }, home });
    expect(end).toBe('approved');
    expect(photograph(repository)).toEqual(before);
    expect(readFileSync(join(repo, 'word.txt'), 'utf8')).toBe('half-written');
    expect(git('show', 'pulse/fix:other.txt')).toBe('one');
  });

  it('sends a repository that no fixer repairs back to the coder until its rounds are used up', async () => {
    const { repo, home } = given({ 'package.json': JSON.stringify({ scripts: { test: 'echo hopeless; exit 3' } }) });
    const { history, end } = await runDefinition(meta, { key: 'never', input: { repo, task }, home, maxRounds: 5 });
    expect(end).toBeNull();
    expect(history.map(({ role }) => role)).toEqual(['planner', 'coder', 'reviewer', 'coder', 'reviewer']);
    const review = outputOf<Review>(history, -1);
    expect(review).toMatchObject({ approved: false, commit: null, reason: 'npm test fails (exit code 3).' });
    expect(review.checks.tail).toContain('hopeless');
    expect(existsSync(review.worktree ?? '')).toBe(true);
  });

  it('says so when the checks pass and there is nothing to commit', async () => {
    const { repo, home, git } = given({ ...fixable, 'word.txt': 'right\n' });
    const { history, end } = await runDefinition(meta, { key: 'idle', input: { repo, task }, home });
    expect(end).toBe('approved');
    expect(outputOf<Review>(history, -1)).toMatchObject({
      commit: null,
      reason: 'The checks pass, and nothing was changed.',
    });
    expect(git('rev-parse', 'pulse/idle')).toBe(git('rev-parse', 'main'));
  });

  it('uses the packages installed in the repository, and neither commits nor loses them', async () => {
    // The fixer does what `npm ci` would: it empties node_modules, of the worktree as it must be.
    const scripts = { test: 'test -e new || node -e "require(\'dep\')"', fix: 'rm -rf node_modules/dep; touch new' };
    const { repo, home, git, write } = given({ 'package.json': JSON.stringify({ scripts }) });
    write('node_modules/dep/index.js', '');
    write('node_modules/other/index.js', '');
    const { history, end } = await runDefinition(meta, { key: 'deps', input: { repo, task }, home });
    expect(end).toBe('approved');
    expect(outputOf<Plan>(history, 0).checks).toMatchObject({ exitCode: 0 });
    expect(git('ls-tree', '-r', '--name-only', 'pulse/deps')).toBe('new\npackage.json');
    expect(existsSync(join(repo, 'node_modules/dep/index.js'))).toBe(true);
  });
});

describe('meta after a lost round', () => {
  /** The rounds up to and with the given one, which really ran but is told as lost. */
  async function lose(repository: TestRepository, lostRound: number) {
    const run = { key: 'lost', input: { repo: repository.repo, task }, home: repository.home };
    const { history } = await runDefinition(meta, { ...run, maxRounds: lostRound });
    const lost = history.map(
      (round): RoundResult => (round.round === lostRound ? { ...round, outcome: 'lost', output: null } : round),
    );
    return { run: { ...run, history: lost }, done: history };
  }

  it.each([
    [1, 'planner'],
    [2, 'coder'],
    [3, 'reviewer'],
  ])('in round %i runs %s again and still makes exactly one commit', async (round, role) => {
    const repository = given(fixable);
    const { run, done } = await lose(repository, round);
    const { history, end } = await runDefinition(meta, run);
    expect(end).toBe('approved');
    expect(history.filter((entry) => entry.role === role)).toHaveLength(2);
    expect(repository.git('rev-list', '--count', 'main..pulse/lost')).toBe('1');
    expect(outputOf<Review>(history, -1).commit).toBe(repository.git('rev-parse', 'pulse/lost'));
    if (role === 'reviewer') expect(outputOf<Review>(history, -1).commit).toBe(outputOf<Review>(done, -1).commit);
  });

  it('finds its worktree half-made and makes it anew', async () => {
    const repository = given(fixable);
    const { run, done } = await lose(repository, 1);
    rmSync(join(outputOf<Plan>(done, 0).worktree, '.git'));
    writeFileSync(join(outputOf<Plan>(done, 0).worktree, 'half'), '');
    const { history, end } = await runDefinition(meta, run);
    expect(end).toBe('approved');
    expect(repository.git('ls-tree', '--name-only', 'pulse/lost')).not.toContain('half');
    expect(history).toHaveLength(4);
  });

  it('drops what the lost coder had half-written', async () => {
    const repository = given(fixable);
    const run = { key: 'lost', input: { repo: repository.repo, task }, home: repository.home };
    const { history } = await runDefinition(meta, { ...run, maxRounds: 1 });
    writeFileSync(join(outputOf<Plan>(history, 0).worktree, 'half-written.txt'), 'x');
    const lost: RoundResult = { round: 2, role: 'coder', outcome: 'lost', output: null, error: null };
    const { end } = await runDefinition(meta, { ...run, history: [...history, lost] });
    expect(end).toBe('approved');
    expect(repository.git('ls-tree', '--name-only', 'pulse/lost')).not.toContain('half-written.txt');
  });
});

describe('meta with an agent', () => {
  it('gives it task, failure and review on standard input, and tries again after its failed attempt', async () => {
    const { repo, home, git } = given({ ...fixable, 'package.json': '{"scripts":{"test":"grep -c right word.txt"}}' });
    // The first attempt is wrong and exits with 0; the second sees the review and gets it right.
    const agent = `cat > prompt.txt; if grep -q 'Sent back' prompt.txt; then echo right > word.txt; fi`;
    vi.stubEnv('PULSE_AGENT', agent);
    const { history, end } = await runDefinition(meta, { key: 'agent', input: { repo, task }, home });
    expect(end).toBe('approved');
    expect(history.map(({ role }) => role)).toEqual(['planner', 'coder', 'reviewer', 'coder', 'reviewer']);
    expect(outputOf<Change>(history, 1)).toMatchObject({ by: 'agent', command: agent, exitCode: 0 });
    const prompt = git('show', 'pulse/agent:prompt.txt');
    expect(prompt).toContain('Correct the word\n\nIt must be right.');
    expect(prompt).toContain('`npm test` must exit with 0. They fail now (exit code 1).');
    expect(prompt).toContain('Sent back: npm test fails (exit code 1).');
  });

  it('does not approve what an agent gave up on, though the checks pass', async () => {
    const { repo, home } = given({ ...fixable, 'word.txt': 'right\n' });
    vi.stubEnv('PULSE_AGENT', 'echo rate limit >&2; exit 9');
    const { history, end } = await runDefinition(meta, { key: 'tired', input: { repo, task }, home, maxRounds: 3 });
    expect(end).toBeNull();
    expect(outputOf<Change>(history, 1)).toMatchObject({ exitCode: 9, tail: 'rate limit' });
    expect(outputOf<Review>(history, 2)).toMatchObject({ approved: false, reason: 'The agent failed (exit code 9).' });
  });

  it('keeps the work on its branch when the agent commits or leaves the branch', async () => {
    const { repo, home, git } = given(fixable);
    const asAgent = 'git -c user.name=A -c user.email=a@b';
    vi.stubEnv(
      'PULSE_AGENT',
      `echo right > word.txt; git checkout -q -b mine; ${asAgent} commit -qam Mine; echo x > more`,
    );
    const { history, end } = await runDefinition(meta, { key: 'wander', input: { repo, task }, home });
    expect(end).toBe('approved');
    expect(git('diff', '--name-only', 'main', 'pulse/wander').split('\n')).toEqual(['more', 'word.txt']);
    expect(outputOf<Review>(history, -1).commit).toBe(git('rev-parse', 'pulse/wander'));
  });

  it('never reaches the repository around its home, even when the agent removes the .git of the worktree', async () => {
    const repository = given(fixable);
    const { repo } = repository;
    repository.write('precious.txt', 'untracked');
    vi.stubEnv('PULSE_AGENT', 'rm .git; git add --all; echo x > more');
    const before = photograph(repository);
    const { end, history } = await runDefinition(meta, { key: 'k', input: { repo, task }, home: join(repo, '.pulse') });
    expect(end).toBe('failed');
    expect(history.at(-1)?.error).toContain('not a git repository');
    rmSync(join(repo, '.pulse'), { recursive: true });
    expect(photograph(repository)).toEqual(before);
  });

  it('fails, saying what to set, when the agent cannot be run', async () => {
    const { repo, home } = given(fixable);
    vi.stubEnv('PULSE_AGENT', 'no-such-agent --print');
    const { history, end } = await runDefinition(meta, { key: 'k', input: { repo, task }, home });
    expect(end).toBe('failed');
    expect(history.at(-1)?.error).toMatch(/The agent \(no-such-agent --print\) cannot be run: .*set PULSE_AGENT/);
  });

  it('stops at an abort, leaving its worktree and not a commit', async () => {
    const repository = given(fixable);
    const { repo, home, git } = repository;
    const controller = new AbortController();
    vi.stubEnv('PULSE_AGENT', 'echo right > word.txt; touch started; sleep 60');
    const run = { key: 'k', input: { repo, task }, home, signal: controller.signal };
    const { history } = await runDefinition(meta, { ...run, maxRounds: 1 });
    const { worktree } = outputOf<Plan>(history, 0);
    const round = runRound(meta, { ...run, history }, 'coder');
    await vi.waitUntil(() => existsSync(join(worktree, 'started')), { timeout: 10_000 });
    controller.abort(new Error('task out of scope'));
    expect(await round).toMatchObject({ outcome: 'failed', error: 'task out of scope' });
    expect(existsSync(worktree)).toBe(true);
    expect(git('rev-parse', 'pulse/k')).toBe(git('rev-parse', 'main'));
  });
});

describe('what planner cannot work with', () => {
  const planIn = async (repo: string, home: string, key = 'k') =>
    (await runRound(meta, { key, input: { repo, task }, home }, 'planner')).error;

  it('names a directory that is not there, is no repository, or is not the top of one', async () => {
    const { repo, home, write } = given(fixable);
    write('inner/file', '');
    write('../plain/file', '');
    expect(await planIn('/no/such/place', home)).toBe(
      "There is no directory /no/such/place on the adapter's machine: check the input's repo.",
    );
    expect(await planIn(join(repo, '../plain'), home)).toContain('is not the top of a git repository');
    expect(await planIn(join(repo, 'inner'), home)).toContain('is not the top of a git repository');
  });

  it('asks for a first commit, and for a check where there is no package.json', async () => {
    const { home, git, repo } = given({ 'README.md': 'x' });
    expect(await planIn(repo, home)).toContain('give the command to run as check');
    git('init', '--quiet', '../empty');
    expect(await planIn(join(repo, '../empty'), home)).toContain('has no commits yet: make a first one');
  });

  it('says that git is missing', async () => {
    const { repo, home } = given(fixable);
    const bin = join(repo, '../bin');
    mkdirSync(bin);
    symlinkSync('/usr/bin/env', join(bin, 'env'));
    vi.stubEnv('PATH', bin);
    expect(await planIn(repo, home)).toBe("git is not installed, or not in the adapter's PATH: install it.");
  });

  it('refuses a branch of an earlier workflow that has commits of its own', async () => {
    const { repo, home, git } = given(fixable);
    await runDefinition(meta, { key: 'again', input: { repo, task }, home });
    const kept = git('rev-parse', 'pulse/again');
    expect(await planIn(repo, home, 'again')).toContain('git branch -D pulse/again');
    expect(git('rev-parse', 'pulse/again')).toBe(kept);
  });
});

describe('the input of meta', () => {
  it.each([
    ['a relative repo', { repo: 'project', task }, 'repo must be an absolute path'],
    ['an empty task', { repo: '/r', task: ' \n' }, 'task must not be empty'],
    ['an empty check', { repo: '/r', task, check: '' }, 'check must not be empty'],
    ['an unknown key', { repo: '/r', task, branch: 'x' }, 'Unrecognized key: "branch"'],
  ])('refuses %s', (_, input, problem) => {
    const messages = MetaInput.safeParse(input).error?.issues.map(({ message }) => message);
    expect(messages).toEqual([expect.stringContaining(problem)]);
  });

  it('can be shown as a form', () => {
    expect(z.toJSONSchema(MetaInput)).toMatchObject({ type: 'object', required: ['repo', 'task'] });
  });
});
