import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeRepository, type TestRepository } from '#workflows/testing/git-repository.ts';
import { expect, test } from './fixtures.ts';
import { newKey, readTrail } from './support/workflows.ts';

const tabs = 'export function greet(name) {\n\treturn "Hello, " + name;\n}\n';
const spaces = tabs.replaceAll('\t', '  ');

/** A package whose check fails because of a tab, which its own fixer replaces. */
const files = {
  'package.json': JSON.stringify({
    name: 'greeter',
    private: true,
    type: 'module',
    scripts: { test: 'node scripts/check.js', fix: 'node scripts/fix.js' },
  }),
  'src/greet.js': tabs,
  'scripts/check.js': `import { readFileSync } from 'node:fs';
if (readFileSync('src/greet.js', 'utf8').includes('\\t')) {
  console.error('src/greet.js is indented with tabs');
  process.exit(1);
}
`,
  'scripts/fix.js': `import { readFileSync, writeFileSync } from 'node:fs';
writeFileSync('src/greet.js', readFileSync('src/greet.js', 'utf8').replaceAll('\\t', '  '));
`,
};

let repository: TestRepository;
test.beforeEach(() => {
  repository = makeRepository(files);
  // What the user is in the middle of: a change that is staged, one that is not, and a new file.
  repository.write('README.md', 'staged\n');
  repository.git('add', 'README.md');
  repository.write('package.json', `${files['package.json']}\n`);
  repository.write('notes.txt', 'mine\n');
});
test.afterEach(() => repository.remove());

test('meta repairs a failing check on a branch of its own and leaves the working tree alone', async ({ pulse }) => {
  const { repo, git } = repository;
  const before = describeTree(repository);
  const key = newKey('fix-greeting');
  const input = JSON.stringify({ repo, task: 'Indent with spaces\n\nThe check says where.' });

  const started = await pulse.upulse('workflow', 'start', 'meta', '--key', key, '--input', input);
  expect(started).toMatchObject({ exitCode: 0, stderr: '' });

  await expect
    .poll(() => pulse.client.workflow.get.query({ key }), { timeout: 30_000 })
    .toMatchObject({ status: 'ended', outcome: 'approved' });
  expect((await readTrail(pulse.client, key)).filter((kind) => !kind.endsWith('.__round__'))).toEqual([
    'meta.__start__',
    'meta.planner',
    'meta.coder',
    'meta.reviewer',
    'meta.__end__',
  ]);

  const branch = `pulse/${key}`;
  expect(git('log', '--format=%s', `main..${branch}`)).toBe('Indent with spaces');
  expect(git('diff', '--name-only', 'main', branch)).toBe('src/greet.js');
  expect(git('show', `${branch}:src/greet.js`)).toBe(spaces.trim());
  expect(describeTree(repository)).toEqual(before);
  expect(git('worktree', 'list', '--porcelain').match(/^worktree /gm)).toHaveLength(1);
});

test('meta goes back to the coder until the rounds are used up when nothing repairs the check', async ({ pulse }) => {
  const { repo, git } = repository;
  const before = describeTree(repository);
  const key = newKey('beyond-repair');
  const input = JSON.stringify({ repo, task: 'Do what no fixer can', check: 'echo "still wrong" >&2; false' });

  await pulse.upulse('workflow', 'start', 'meta', '--key', key, '--input', input, '--max-rounds', '5');

  await expect
    .poll(() => pulse.client.workflow.get.query({ key }), { timeout: 30_000 })
    .toMatchObject({ status: 'ended', outcome: 'max-rounds', round: 5 });
  expect(git('log', '--format=%s', `main..pulse/${key}`)).toBe('');
  expect(describeTree(repository)).toEqual(before);
});

/** What a person would notice in their working tree: what git says of it, and every file with when it was written. */
function describeTree({ repo, git }: TestRepository) {
  const isOwn = ({ parentPath }: Dirent) => !`${parentPath}/`.includes('/.git/');
  const paths = readdirSync(repo, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isOwn(entry))
    .map(({ parentPath, name }) => join(parentPath, name));
  return {
    head: git('rev-parse', '--symbolic-full-name', 'HEAD'),
    commit: git('rev-parse', 'HEAD'),
    status: git('status', '--porcelain'),
    stash: git('stash', 'list'),
    dependencies: existsSync(join(repo, 'node_modules')),
    files: paths.map((path) => [path, readFileSync(path, 'utf8'), statSync(path).mtimeMs]),
  };
}
