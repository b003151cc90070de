import { resolve } from 'node:path';
import { z } from 'zod';
import { defineWorkflow } from '#domain/definition.ts';
import { limits } from '#domain/limits.ts';
import type { Decision, ModeratorContext } from '#domain/moderator.ts';
import { command } from '#domain/role.ts';
import { filledText, storableText } from './stored-text.ts';

const StepRetry = z.strictObject({
  attempts: z.int().min(1).max(100).describe('How often the step is tried, the first time included.'),
  backoffMs: z
    .int()
    .min(0)
    .max(300_000)
    .optional()
    .describe('Milliseconds before the second try, and twice as many before each further one. Default: 1000.'),
});

const PipelineStep = z.strictObject({
  role: z
    .string()
    .max(80, 'a role name has at most 80 characters')
    .regex(/^[A-Za-z0-9_-]+$/, 'a role name is letters, digits, _ and -')
    .refine((role) => !/^__.*__$/.test(role), 'role names like __this__ belong to Pulse: choose another')
    .describe('The name that the step has on the trail.'),
  run: filledText('run').describe('A shell command line. The step succeeds with exit code 0.'),
  cwd: filledText('cwd').optional().describe("Where this step runs, relative to the pipeline's cwd."),
  timeoutMs: z
    .int()
    .min(1)
    .max(limits.timeoutMs)
    .optional()
    .describe(
      'Milliseconds that one try of it may take; then it is stopped, and has failed. Default: as long as it takes.',
    ),
  retry: StepRetry.optional().describe('Try it again when it fails. Default: no.'),
});

/** What `pipeline` is started with. It is stored in the log for good, so it is no place for secrets. */
export const PipelineInput = z.strictObject({
  cwd: filledText('cwd').optional().describe("Where the steps run. Default: the adapter's working directory."),
  env: z
    .record(z.string(), storableText('a variable'))
    .superRefine((env, context) => {
      for (const name of Object.keys(env).filter((key) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(key))) {
        context.addIssue({ code: 'custom', path: [name], message: 'a variable name is letters, digits and _' });
      }
    })
    .optional()
    .describe("Added to the adapter's environment. Stored in the log: no secrets."),
  steps: z
    .array(PipelineStep)
    .min(1, 'give at least one step')
    .max(100, 'give at most 100 steps')
    .superRefine((steps, context) => {
      steps.forEach(({ role }, index) => {
        const first = steps.findIndex((step) => step.role === role);
        if (first === index) return;
        const message = `role ${role} is already the name of step ${first + 1}: give each step its own`;
        context.addIssue({ code: 'custom', path: [index, 'role'], message });
      });
    })
    .describe('One round each, in this order, until one fails.'),
});
export type PipelineInput = z.infer<typeof PipelineInput>;

/**
 * Runs the commands in its input, one role a step.
 *
 * **Shape** ends with `done` after the last step, or with `failed` at the first one that fails, or is not done in time.
 */
export const pipeline = defineWorkflow(
  {
    name: 'pipeline',
    description: 'Runs shell commands one after another and stops at the first that fails.',
    input: PipelineInput,
    maxRounds: 200,
    commandsFromInput: true,
  },
  {
    roles: (input) => Object.fromEntries(input.steps.map((step) => [step.role, stepRole(input, step)])),
    moderator: nextStep,
  },
);

function stepRole(input: PipelineInput, step: PipelineInput['steps'][number]) {
  const cwd = resolve(input.cwd ?? '', step.cwd ?? '');
  const { run, timeoutMs, retry } = step;
  return command<PipelineInput>({ run, cwd, env: input.env }, { timeoutMs, retry });
}

function nextStep({ input, history }: ModeratorContext<PipelineInput>): Decision {
  const last = history.at(-1)?.outcome;
  if (last === 'failed' || last === 'timed-out') return { end: 'failed' };
  // A lost round counts for nothing, so its step is the next one again.
  const finished = history.filter((round) => round.outcome === 'succeeded').length;
  const step = input.steps[finished];
  return step ? { role: step.role } : { end: 'done' };
}
