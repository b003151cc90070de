import type { z } from 'zod';
import type { PulseEvent } from './event.ts';
import type { Json } from './json.ts';
import { isName } from './kind.ts';
import { limits } from './limits.ts';
import { checkRetry, type RetryPolicy } from './retry.ts';

/**
 * How a round ended. `succeeded` and `failed` are the role's own doing; `timed-out` is a round that was stopped when its
 * time was up; `lost` is one whose adapter died or was cut off.
 */
export type RoundOutcome = 'succeeded' | 'failed' | 'timed-out' | 'lost';

/** One finished round, as the log tells it. */
export interface RoundResult<
  Name extends string = string,
  Outcome extends RoundOutcome = RoundOutcome,
  Output extends Json = Json,
> {
  round: number;
  role: Name;
  outcome: Outcome;
  /** What the role returned, or null. */
  output: Output;
  /** Why it failed, or null. */
  error: string | null;
}

/** A finished round of one of these roles: when it has succeeded, its output is what that role returns. */
export type RoundOf<Known> = {
  [Name in keyof Known & string]: RoundsOf<Name, OutputOf<Known[Name]>>;
}[keyof Known & string];

/** One member for each outcome, so that a test of the outcome tells the type of the output. */
type RoundsOf<Name extends string, Output extends Json, Outcome = RoundOutcome> = Outcome extends RoundOutcome
  ? RoundResult<Name, Outcome, Outcome extends 'succeeded' ? Output : Json>
  : never;

/** What a role that succeeds leaves in the history. */
export type OutputOf<SomeRole> = SomeRole extends { type: 'function'; run(context: never): infer Returned }
  ? Stored<Awaited<Returned>>
  : SomeRole extends { type: 'command' }
    ? CommandResult
    : SomeRole extends { type: 'http' }
      ? HttpResult
      : SomeRole extends RemoteRole
        ? Json
        : never;

/** What a function may return: nothing becomes null. */
// biome-ignore lint/suspicious/noConfusingVoidType: what a function without a return statement returns.
export type Returnable = Json | void;

/** What of it is stored. */
type Stored<Returned> = Returned extends Json ? Returned : null;

/** An event of the workflow that neither Pulse nor a role has written, such as a person's approval. */
export type OutsideEvent = Pick<PulseEvent, 'kind' | 'payload' | 'actor' | 'occurredAt'>;

/** How a wait came to its end that the moderator had asked for. */
export interface WaitResult {
  kind: string;
  /** What it waited for, or null when the time was over before. */
  event: OutsideEvent | null;
}

/** What a moderator decides from. */
export interface ModeratorContext<Input, Round extends RoundResult = RoundResult> {
  key: string;
  input: Input;
  /** The number that the next round will have. */
  round: number;
  /** Every finished round, oldest first. */
  history: readonly Round[];
  /** What has come from outside, oldest first, whether it was waited for or not. */
  events: readonly OutsideEvent[];
  /** The waits that are over since the last round, oldest first. */
  waits: readonly WaitResult[];
}

/**
 * What a moderator answers: which role runs next, what to wait for, or how the workflow ends.
 *
 * `delayMs` counts from when the moderator could be asked: after the start, a round, or what it waited for. A wait is for an
 * event that comes after it has begun; when it is over, the moderator is asked again and finds its end in `waits`.
 */
export type Decision<Name extends string = string> =
  | { role: Name; delayMs?: number }
  | { wait: string; timeoutMs?: number }
  | { end: string };

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
export type CommandResult = {
  exitCode: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  /** What the program wrote to the file named by `PULSE_RESULT`, parsed as JSON, or null. */
  result: Json;
  durationMs: number;
};

/** A request to a service. */
export interface HttpSpec {
  /** `http://…` or `https://…`. */
  url: string | URL;
  /** Default: POST with a body, else GET. */
  method?: string;
  headers?: Record<string, string>;
  /** A text is sent as it is, anything else as JSON. Default: none. */
  body?: Json;
}

/** What a service answered. */
export type HttpResult = {
  status: number;
  /** Those of content-type, etag, last-modified, location, retry-after and x-request-id that it has. */
  headers: Record<string, string>;
  /** JSON parsed; otherwise text, the last 16 KiB of it; null when there is none. */
  body: Json;
  /** How large the body was. */
  bodyBytes: number;
};

/** How a role starts a workflow. */
export interface ChildOptions {
  /** Default: the parent's key, and which of its children it is. The same key again is the same workflow. */
  key?: string;
  /** Default: the definition's. */
  maxRounds?: number;
}

/** What a role is given. */
export interface RoleContext<Input> extends ModeratorContext<Input> {
  role: string;
  /** Names the work to other services: the same for every try of a round by its retry policy, another for every other round. */
  idempotencyKey: string;
  /** Fires when the workflow is aborted; its reason is the abort's. Pass it on to whatever the role calls. */
  signal: AbortSignal;
  /** `PULSE_HOME` as an absolute path, for what a role keeps beside the log. */
  home: string;
  /** Runs a program that an abort stops, with everything that it started. Resolves also when the program fails; rejects when aborted. */
  exec(spec: CommandSpec): Promise<CommandResult>;
  /**
   * Starts a workflow, whose parent this one is: an abort of this one aborts it too. Without a key it has one that is made of this
   * one's, so that a round which repeats a lost one gets the workflows that are there already. Rejects when aborted.
   */
  start(name: string, input?: Json, options?: ChildOptions): Promise<{ key: string }>;
  /** Prints a line as `console.log` would, to the round's output, where that of its programs goes too. */
  log(...values: unknown[]): void;
}

/** What any role can be told. */
export interface RoleOptions {
  /** How long a round may take; then it is stopped as by an abort, with the outcome `timed-out`. Default: as long as it does. */
  timeoutMs?: number;
  /** When a round that did not succeed is tried again. Default: the definition's. */
  retry?: RetryPolicy;
}

/** A role that is a program. It succeeds with exit code 0; its {@link CommandResult} is the round's output. */
export interface CommandRole<Input> extends RoleOptions {
  type: 'command';
  spec(context: RoleContext<Input>): CommandSpec;
}

/** A role that is a function. What it returns is the round's output; throwing fails the round. */
export interface FunctionRole<Input, Output extends Returnable = Returnable> extends FunctionOptions {
  type: 'function';
  run(context: RoleContext<Input>): Promise<Output> | Output;
}

/** A role that is a request. It succeeds with a status from 200 to 299; its {@link HttpResult} is the round's output. */
export interface HttpRole<Input> extends RoleOptions {
  type: 'http';
  spec(context: RoleContext<Input>): HttpSpec;
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

/** A role that a worker in another process runs, in any language. **Source** `docs/workers.md` */
export interface RemoteRole extends RoleOptions {
  type: 'remote';
}

/** What an adapter runs itself. */
export type LocalRole<Input> = CommandRole<Input> | HttpRole<Input> | FunctionRole<Input>;

export type Role<Input> = LocalRole<Input> | RemoteRole;

/** Roles by name. */
export type Roles<Input> = Record<string, Role<Input>>;

/** What a workflow is called, started with and limited to. */
export interface DefinitionHead<Input> {
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
  /** How long to pause between two rounds, unless the moderator says otherwise. Default: 0. */
  delayMs?: number;
  /**
   * How many of its workflows all adapters together hold at once; of no more than these a role is running. Those that wait
   * hold no place. Default: any number.
   */
  limit?: number;
  /** When a round that did not succeed is tried again before the moderator is asked, unless its role says otherwise. Default: never. */
  retry?: RetryPolicy;
  /** Whether its input says which programs run: it is run only by an adapter that allows commands. Default: false. */
  commandsFromInput?: boolean;
}

/** What a workflow does: its roles, and the moderator that picks among them. */
export interface DefinitionBody<Input, Known extends Roles<Input>> {
  /** The roles by name, or how they follow from the input. */
  roles: Known | ((input: Input) => Known);
  /** Called before every round that no retry policy asks for, with the same history always the same answer. */
  moderator: (context: ModeratorContext<Input, RoundOf<Known>>) => Decision<keyof Known & string>;
}

/**
 * A workflow's code.
 *
 * Its functions are declared as methods, so that definitions of different inputs fit in one list: whoever runs them hands
 * them only what the definition's own `input` schema has accepted.
 */
export interface WorkflowDefinition<Input = unknown, Round extends RoundResult = RoundResult>
  extends DefinitionHead<Input> {
  roles: Roles<Input> | { from(input: Input): Roles<Input> }['from'];
  moderator(context: ModeratorContext<Input, Round>): Decision;
}

/**
 * Makes a definition of what it is called and started with, and of its roles and moderator, which are typed by that.
 *
 * There are two arguments because TypeScript infers the input's type from the first before it looks at the second.
 * **Errors** an Error for a name that can't be a segment of a kind, or an option that makes no sense.
 * **Source** `docs/workflows.md`
 */
export function defineWorkflow<Input, Known extends Roles<Input>>(
  head: DefinitionHead<Input>,
  body: DefinitionBody<Input, Known>,
): WorkflowDefinition<Input, RoundOf<Known>> {
  const roles = typeof body.roles === 'function' ? [] : Object.keys(body.roles);
  for (const name of [head.name, ...roles]) {
    if (!isName(name)) throw new Error(`'${name}' must be letters, digits, _ and -, and not begin with __`);
  }
  checkOptions(head);
  const { limit = 1, delayMs = 0 } = head;
  if (!Number.isInteger(limit) || limit < 1 || limit > limits.workflowsAtOnce)
    throw new Error(`the limit of '${head.name}' must be a whole number from 1 to ${limits.workflowsAtOnce}`);
  if (!(delayMs >= 0 && delayMs <= limits.timeoutMs))
    throw new Error(`delayMs of '${head.name}' must be a number from 0 to ${limits.timeoutMs}`);
  return { ...head, ...body };
}

function checkOptions({ timeoutMs, retry }: RoleOptions): void {
  checkRetry(retry);
  const isUsable = timeoutMs === undefined || (Number.isInteger(timeoutMs) && timeoutMs > 0);
  if (!isUsable || (timeoutMs ?? 0) > limits.timeoutMs)
    throw new Error(`timeoutMs must be a whole number from 1 to ${limits.timeoutMs}`);
}

/** A role that runs a program. */
export function command<Input>(
  spec: CommandSpec | ((context: RoleContext<Input>) => CommandSpec),
  options: RoleOptions = {},
): CommandRole<Input> {
  checkOptions(options);
  return { type: 'command', spec: typeof spec === 'function' ? spec : () => spec, ...options };
}

/** A role that sends a request. */
export function http<Input>(
  spec: HttpSpec | ((context: RoleContext<Input>) => HttpSpec),
  options: RoleOptions = {},
): HttpRole<Input> {
  checkOptions(options);
  return { type: 'http', spec: typeof spec === 'function' ? spec : () => spec, ...options };
}

/**
 * A role that calls a function.
 *
 * **Errors** an Error for a function without a name that asks to be isolated. **Source** `docs/workflows.md`
 */
export function fn<Input, Output extends Returnable = Returnable>(
  run: (context: RoleContext<Input>) => Promise<Output> | Output,
  options: FunctionOptions = {},
): FunctionRole<Input, Output> {
  if (options.isolate !== undefined && run.name === '')
    throw new Error('an isolated role is a function that its module exports under its own name');
  checkOptions(options);
  return { type: 'function', run, ...options };
}

/** A role that is offered to workers in other processes, which claim its rounds over HTTP. */
export function remote(options: RoleOptions = {}): RemoteRole {
  checkOptions(options);
  return { type: 'remote', ...options };
}

/**
 * Finds what a role returned when it last succeeded.
 *
 * **Shape** undefined when it has not yet. A moderator gets it typed by the role as it is written now; a role, or whoever
 * must read what earlier versions of the code have written, gives a schema. **Errors** the schema's.
 */
export function findOutput<Round extends RoundResult, Name extends Round['role']>(
  history: readonly Round[],
  role: Name,
): OutputIn<Round, Name> | undefined;
export function findOutput<Output>(
  history: readonly RoundResult[],
  role: string,
  schema: z.ZodType<Output>,
): Output | undefined;
export function findOutput(history: readonly RoundResult[], role: string, schema?: z.ZodType): unknown {
  const round = history.findLast((entry) => entry.role === role && entry.outcome === 'succeeded');
  return round && schema ? schema.parse(round.output) : round?.output;
}

type OutputIn<Round extends RoundResult, Name> = Round extends RoundResult
  ? [Name, 'succeeded'] extends [Round['role'], Round['outcome']]
    ? Round['output']
    : never
  : never;
