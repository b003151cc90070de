import type { z } from 'zod';
import type { Json } from './json.ts';
import { isName } from './kind.ts';
import { limits } from './limits.ts';

/** One finished round, as the log tells it. */
export interface RoundResult {
  round: number;
  role: string;
  /**
   * `succeeded` and `failed` are the role's own doing; `timed-out` is a round that was stopped when its time was up; `lost`
   * is one whose adapter died or was cut off.
   */
  outcome: 'succeeded' | 'failed' | 'timed-out' | 'lost';
  /** What the role returned, or null. */
  output: Json;
  /** Why it failed, or null. */
  error: string | null;
}

/** What a moderator decides from. */
export interface ModeratorContext<Input> {
  key: string;
  input: Input;
  /** The number that the next round will have. */
  round: number;
  /** Every finished round, oldest first. */
  history: readonly RoundResult[];
}

/** What a moderator answers: which role runs next, or how the workflow ends. */
export type Decision = { role: string } | { end: string };

/** A program to run in a process group of its own. */
export interface CommandSpec {
  /** A shell command line, or a program with its arguments. */
  run: string | readonly [program: string, ...args: string[]];
  /** Working directory. Default: the adapter's. */
  cwd?: string;
  /** Added to the adapter's environment. */
  env?: Record<string, string>;
  /** Text for standard input. Default: none, standard input is closed. */
  stdin?: string;
  /** From SIGTERM to SIGKILL when it is aborted; the longest of a round's programs counts. Default: 2000. */
  graceMs?: number;
}

/** How a program ended. `stdout` and `stderr` are the last 16 KiB of each. */
export interface CommandResult {
  exitCode: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  /** What the program wrote to the file named by `PULSE_RESULT`, parsed as JSON, or null. */
  result: Json;
  durationMs: number;
}

/** What a role is given. */
export interface RoleContext<Input> extends ModeratorContext<Input> {
  role: string;
  /** Fires when the workflow is aborted; its reason is the abort's. Pass it on to whatever the role calls. */
  signal: AbortSignal;
  /** `PULSE_HOME` as an absolute path, for what a role keeps beside the log. */
  home: string;
  /** Runs a program that an abort stops, with everything that it started. Resolves also when the program fails; rejects when aborted. */
  exec(spec: CommandSpec): Promise<CommandResult>;
}

/** What any role can be told. */
export interface RoleOptions {
  /** How long a round may take; then it is stopped as by an abort, with the outcome `timed-out`. Default: as long as it does. */
  timeoutMs?: number;
}

/** A role that is a program. It succeeds with exit code 0; its {@link CommandResult} is the round's output. */
export interface CommandRole<Input> extends RoleOptions {
  type: 'command';
  spec: (context: RoleContext<Input>) => CommandSpec;
}

/** A role that is a function. What it returns is the round's output; throwing fails the round. */
export interface FunctionRole<Input> extends FunctionOptions {
  type: 'function';
  run: (context: RoleContext<Input>) => Promise<Json> | Json;
}

/** How a function is run. */
export interface FunctionOptions extends RoleOptions {
  /**
   * Runs the function in a thread of its own, which can be ended even in an endless loop, and holds up nobody meanwhile.
   * Give the `import.meta.url` of the module that exports it under its own name: the thread imports it from there.
   */
  isolate?: string;
  /** How long it has to heed its signal before it is terminated or abandoned. Default: 2000. */
  graceMs?: number;
}

export type Role<Input> = CommandRole<Input> | FunctionRole<Input>;

/** A workflow's code: what its input is, its roles, and the moderator that picks among them. */
export interface WorkflowDefinition<Input = unknown> {
  /** The first segment of its events' kinds: letters, digits, `_` and `-`. */
  name: string;
  /** One sentence for people who start it. */
  description: string;
  /** Checked at `workflow.start`; the dashboard makes its form from it. */
  input: z.ZodType<Input>;
  /** Rounds after which the workflow ends with outcome `max-rounds`, unless its start says otherwise. */
  maxRounds: number;
  /** How long after its start the workflow ends with outcome `timed-out`, unless its start says otherwise. Default: never. */
  timeoutMs?: number;
  /** The roles by name, or how they follow from the input. */
  roles: Record<string, Role<Input>> | ((input: Input) => Record<string, Role<Input>>);
  /** Called before every round, with the same history always the same answer. */
  moderator: (context: ModeratorContext<Input>) => Decision;
}

/**
 * Types a definition by its input schema.
 *
 * **Errors** an Error for a name that can't be a segment of a kind, or a time that is none. **Source** `docs/workflows.md`
 */
export function defineWorkflow<Input>(definition: WorkflowDefinition<Input>): WorkflowDefinition<Input> {
  const roles = typeof definition.roles === 'function' ? [] : Object.keys(definition.roles);
  for (const name of [definition.name, ...roles]) {
    if (!isName(name)) throw new Error(`'${name}' must be letters, digits, _ and -, and not begin with __`);
  }
  checkTimeout(definition);
  return definition;
}

function checkTimeout({ timeoutMs }: RoleOptions): void {
  const isUsable = timeoutMs === undefined || (Number.isInteger(timeoutMs) && timeoutMs > 0);
  if (!isUsable || (timeoutMs ?? 0) > limits.timeoutMs)
    throw new Error(`timeoutMs must be a whole number from 1 to ${limits.timeoutMs}`);
}

/** A role that runs a program. */
export function command<Input>(
  spec: CommandSpec | ((context: RoleContext<Input>) => CommandSpec),
  options: RoleOptions = {},
): CommandRole<Input> {
  checkTimeout(options);
  return { type: 'command', spec: typeof spec === 'function' ? spec : () => spec, ...options };
}

/**
 * A role that calls a function.
 *
 * **Errors** an Error for a function without a name that asks to be isolated. **Source** `docs/workflows.md`
 */
export function fn<Input>(run: FunctionRole<Input>['run'], options: FunctionOptions = {}): FunctionRole<Input> {
  if (options.isolate !== undefined && run.name === '')
    throw new Error('an isolated role is a function that its module exports under its own name');
  checkTimeout(options);
  return { type: 'function', run, ...options };
}
