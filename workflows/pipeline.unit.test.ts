import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { WorkflowDefinition } from '#domain/definition.ts';
import type { RoundResult } from '#domain/moderator.ts';
import { PipelineInput, pipeline } from './pipeline.ts';
import { runDefinition } from './testing/run-definition.ts';

const twoSteps: PipelineInput = {
  steps: [
    { role: 'build', run: 'true' },
    { role: 'ship', run: 'true' },
  ],
};

function rounds(...entries: [role: string, outcome: RoundResult['outcome']][]): RoundResult[] {
  return entries.map(([role, outcome], index) => ({ round: index + 1, role, outcome, output: null, error: null }));
}

describe('the moderator of pipeline', () => {
  it.each([
    { given: 'nothing yet', history: rounds(), expected: { role: 'build' } },
    { given: 'the first step done', history: rounds(['build', 'succeeded']), expected: { role: 'ship' } },
    { given: 'a first step that failed', history: rounds(['build', 'failed']), expected: { end: 'failed' } },
    { given: 'a first step that took too long', history: rounds(['build', 'timed-out']), expected: { end: 'failed' } },
    {
      given: 'a step that failed and then succeeded',
      history: rounds(['build', 'failed'], ['build', 'succeeded']),
      expected: { role: 'ship' },
    },
    { given: 'a first step that was lost', history: rounds(['build', 'lost']), expected: { role: 'build' } },
    { given: 'a step lost twice', history: rounds(['build', 'lost'], ['build', 'lost']), expected: { role: 'build' } },
    {
      given: 'a lost step that then succeeded',
      history: rounds(['build', 'lost'], ['build', 'succeeded']),
      expected: { role: 'ship' },
    },
    {
      given: 'a last step that failed',
      history: rounds(['build', 'succeeded'], ['ship', 'failed']),
      expected: { end: 'failed' },
    },
    {
      given: 'every step done',
      history: rounds(['build', 'succeeded'], ['ship', 'lost'], ['ship', 'succeeded']),
      expected: { end: 'done' },
    },
  ])('given $given, answers $expected', ({ history, expected }) => {
    const { moderator } = pipeline as WorkflowDefinition;
    expect(moderator({ key: 'k', input: twoSteps, round: history.length + 1, history, events: [], waits: [] })).toEqual(
      expected,
    );
  });
});

describe('the input of pipeline', () => {
  const step = { role: 'build', run: 'true' };
  const problemsOf = (input: unknown) =>
    PipelineInput.safeParse(input).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

  it.each([
    ['no steps', {}, 'steps: '],
    ['an empty list of steps', { steps: [] }, 'steps: give at least one step'],
    [
      'too many steps',
      { steps: Array.from({ length: 101 }, (_, n) => ({ ...step, role: `s${n}` })) },
      'steps: give at most 100 steps',
    ],
    [
      'a role with a space',
      { steps: [{ ...step, role: 'a b' }] },
      'steps.0.role: a role name is letters, digits, _ and -',
    ],
    [
      'a control role',
      { steps: [{ ...step, role: '__end__' }] },
      'steps.0.role: role names like __this__ belong to Pulse',
    ],
    ['a role used twice', { steps: [step, { ...step }] }, 'steps.1.role: role build is already the name of step 1'],
    ['an empty command', { steps: [{ ...step, run: '  ' }] }, 'steps.0.run: run must not be empty'],
    [
      'a NUL in a command',
      { steps: [{ ...step, run: 'a\0b' }] },
      'steps.0.run: run holds a character that cannot be stored',
    ],
    [
      'a broken variable name',
      { steps: [step], env: { 'A=B': 'c' } },
      'env.A=B: a variable name is letters, digits and _',
    ],
    ['an unknown key in a step', { steps: [{ ...step, after: 'x' }] }, 'steps.0: Unrecognized key: "after"'],
    ['a time that is none', { steps: [{ ...step, timeoutMs: 0 }] }, 'steps.0.timeoutMs: '],
    ['half a millisecond', { steps: [{ ...step, timeoutMs: 0.5 }] }, 'steps.0.timeoutMs: '],
    ['a retry without attempts', { steps: [{ ...step, retry: {} }] }, 'steps.0.retry.attempts: '],
    ['no attempts', { steps: [{ ...step, retry: { attempts: 0 } }] }, 'steps.0.retry.attempts: '],
    [
      'a pause before now',
      { steps: [{ ...step, retry: { attempts: 2, backoffMs: -1 } }] },
      'steps.0.retry.backoffMs: ',
    ],
    [
      'an unknown key in a retry',
      { steps: [{ ...step, retry: { attempts: 2, on: ['lost'] } }] },
      'steps.0.retry: Unrecognized key: "on"',
    ],
    ['an unknown key', { steps: [step], shell: 'zsh' }, ': Unrecognized key: "shell"'],
  ])('refuses %s', (_, input, problem) => {
    expect(problemsOf(input)).toEqual([expect.stringContaining(problem)]);
  });

  it('accepts what the definition promises, unchanged', () => {
    const input = {
      cwd: '/tmp',
      env: { LEVEL: '3' },
      steps: [{ ...step, cwd: 'src', timeoutMs: 60_000, retry: { attempts: 3, backoffMs: 0 } }],
    };
    expect(PipelineInput.parse(input)).toEqual(input);
  });

  it('can be shown as a form', () => {
    expect(z.toJSONSchema(PipelineInput)).toMatchObject({ type: 'object', required: ['steps'] });
  });
});

describe('a pipeline', () => {
  let directory: string;
  beforeAll(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'pulse-pipeline-')));
    mkdirSync(join(directory, 'inner'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('runs each step in its directory with its environment, and ends with done', async () => {
    const input: PipelineInput = {
      cwd: directory,
      env: { GREETING: 'hello' },
      steps: [
        { role: 'say', run: 'echo "$GREETING"' },
        { role: 'where', run: 'pwd', cwd: 'inner' },
      ],
    };
    const { history, end } = await runDefinition(pipeline, { key: 'k', input, home: directory });
    expect(end).toBe('done');
    expect(history.map(({ role, output }) => [role, output])).toEqual([
      ['say', expect.objectContaining({ stdout: 'hello\n' })],
      ['where', expect.objectContaining({ stdout: `${directory}/inner\n` })],
    ]);
  });

  it('ends with failed at the first step that fails, and runs none after it', async () => {
    const steps = ['true', 'exit 7', 'true'].map((run, index) => ({ role: `step-${index + 1}`, run }));
    const { history, end } = await runDefinition(pipeline, { key: 'k', input: { steps }, home: directory });
    expect(end).toBe('failed');
    expect(history.map(({ role, outcome }) => [role, outcome])).toEqual([
      ['step-1', 'succeeded'],
      ['step-2', 'failed'],
    ]);
  });
});
