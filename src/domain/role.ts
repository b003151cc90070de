import type { Json } from './json.ts';
import { limits } from './limits.ts';
import type { ModeratorContext } from './moderator.ts';
import { checkRetry, type RetryPolicy } from './retry.ts';

/** What a function may return: nothing becomes null. */
// biome-ignore lint/suspicious/noConfusingVoidType: what a function without a return statement returns.
export type Returnable = Json | void;

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

/** A role that runs a program. */
export function command<Input>(
  spec: CommandSpec | ((context: RoleContext<Input>) => CommandSpec),
  options: RoleOptions = {},
): CommandRole<Input> {
  checkRoleOptions(options);
  return { type: 'command', spec: typeof spec === 'function' ? spec : () => spec, ...options };
}

/** A role that sends a request. */
export function http<Input>(
  spec: HttpSpec | ((context: RoleContext<Input>) => HttpSpec),
  options: RoleOptions = {},
): HttpRole<Input> {
  checkRoleOptions(options);
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
  checkRoleOptions(options);
  return { type: 'function', run, ...options };
}

/** A role that is offered to workers in other processes, which claim its rounds over HTTP. */
export function remote(options: RoleOptions = {}): RemoteRole {
  checkRoleOptions(options);
  return { type: 'remote', ...options };
}

/** Checks what a role or a definition was told. **Errors** an Error for an option that makes no sense. */
export function checkRoleOptions({ timeoutMs, retry }: RoleOptions): void {
  checkRetry(retry);
  const isUsable = timeoutMs === undefined || (Number.isInteger(timeoutMs) && timeoutMs > 0);
  if (!isUsable || (timeoutMs ?? 0) > limits.timeoutMs)
    throw new Error(`timeoutMs must be a whole number from 1 to ${limits.timeoutMs}`);
}
