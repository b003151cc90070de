import { expect, test } from './fixtures.ts';
import type { Outcome } from './support/upulse.ts';
import { newKey } from './support/workflows.ts';

const long = 'x'.repeat(5_000);
const huge = 'x'.repeat(100_000);

/** What each command can't take, and the exit code that it answers with. */
const attempts: [exitCode: number, ...args: string[]][] = [
  [2, 'nope'],
  [2, 'workflow'],
  [2, 'workflow', 'nope'],
  [2, 'workflow', 'list', '--nope'],
  [2, 'workflow', 'start'],
  [4, 'workflow', 'start', 'no-such-definition'],
  [4, 'workflow', 'start', '__proto__'],
  [2, 'workflow', 'start', 'pipeline', '--input', '{"steps":'],
  [2, 'workflow', 'start', 'pipeline', '--input', '{"steps":[]}'],
  [2, 'workflow', 'start', 'pipeline', '--input-file', '/nowhere.json'],
  [2, 'workflow', 'start', 'pipeline', '--key', long, '--input', '{"steps":[{"role":"a","run":"true"}]}'],
  [2, 'workflow', 'start', 'pipeline', '--max-rounds', '-1'],
  [2, 'workflow', 'start', 'pipeline', '--max-rounds', '999999', '--input', '{"steps":[{"role":"a","run":"true"}]}'],
  [2, 'workflow', 'abort'],
  [4, 'workflow', 'abort', 'nope'],
  [2, 'workflow', 'abort', 'nope', '--reason', huge],
  [2, 'workflow', 'abort', '\u0001'],
  [2, 'workflow', 'list', '--status', 'nope'],
  [2, 'workflow', 'list', '--limit', '0'],
  [2, 'workflow', 'list', '--order', 'up'],
  [2, 'workflow', 'list', '--search', long],
  [4, 'workflow', 'show', 'nope'],
  [2, 'workflow', 'show', long],
  [4, 'workflow', 'timeline', 'nope'],
  [4, 'workflow', 'logs', 'nope'],
  [4, 'workflow', 'logs', 'nope', '--follow'],
  [2, 'workflow', 'logs', 'nope', '--round', 'last'],
  [2, 'event', 'append', 'nodot', 'k'],
  [2, 'event', 'append', 'a.b', ''],
  [2, 'event', 'append', 'a.b', 'k', '--payload', '{'],
  [2, 'event', 'append', `a.${long}`, 'k'],
  [2, 'event', 'tail', '--after', 'yesterday'],
  [2, 'event', 'tail', '--kind', 'nodot'],
  [4, 'guard', 'show', 'nope'],
  [4, 'guard', 'state', 'nope', 'k'],
  [2, 'adapter', 'run', '--concurrency', 'many'],
  [5, 'workflow', 'list', '--url', 'http://127.0.0.1:1'],
  [2, 'workflow', 'list', '--url', 'gopher://nowhere'],
];

function abbreviate(args: readonly string[]): string {
  return args.map((arg) => (arg.length > 40 ? `${arg.slice(0, 20)}… (${arg.length})` : arg)).join(' ');
}

/** Runs commands side by side, a few at a time. */
async function runAll(commands: readonly (() => Promise<Outcome>)[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let at = 0; at < commands.length; at += 4) {
    outcomes.push(...(await Promise.all(commands.slice(at, at + 4).map((command) => command()))));
  }
  return outcomes;
}

test('a command that is given what it can not take says so on stderr, and stores nothing', async ({ pulse }) => {
  const before = (await pulse.client.workflow.list.query({ limit: 1 })).asOf;

  const outcomes = await runAll(
    attempts.map(
      ([, ...args]) =>
        () =>
          pulse.upulse(...args),
    ),
  );

  expect(outcomes.map(({ exitCode }, at) => `${exitCode} ${abbreviate(attempts[at]?.slice(1) as string[])}`)).toEqual(
    attempts.map(([exitCode, ...args]) => `${exitCode} ${abbreviate(args)}`),
  );
  for (const { stdout, stderr } of outcomes) {
    expect(stdout).toBe('');
    expect(stderr).toMatch(/./);
    expect(stderr).not.toMatch(/\n {4}at |node_modules/);
  }
  expect((await pulse.client.workflow.list.query({ limit: 1 })).asOf).toBe(before);
});

test('with --json an error is one object on stderr', async ({ pulse }) => {
  const { exitCode, stdout, stderr } = await pulse.upulse('workflow', 'show', newKey('nope'), '--json');

  expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
  expect(JSON.parse(stderr)).toMatchObject({ code: 'NOT_FOUND', details: { what: 'workflow' } });
});
