import type { z } from 'zod';
import type { Json } from './json.ts';
import { isName } from './kind.ts';
import { limits } from './limits.ts';
import type { Decision, ModeratorContext, RoundOutcome, RoundResult } from './moderator.ts';
import type { RetryPolicy } from './retry.ts';
import { type CommandResult, checkRoleOptions, type HttpResult, type RemoteRole, type Roles } from './role.ts';

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
  checkRoleOptions(head);
  const { limit = 1, delayMs = 0 } = head;
  if (!Number.isInteger(limit) || limit < 1 || limit > limits.workflowsAtOnce)
    throw new Error(`the limit of '${head.name}' must be a whole number from 1 to ${limits.workflowsAtOnce}`);
  if (!(delayMs >= 0 && delayMs <= limits.timeoutMs))
    throw new Error(`delayMs of '${head.name}' must be a number from 0 to ${limits.timeoutMs}`);
  return { ...head, ...body };
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

/** What of it is stored. */
type Stored<Returned> = Returned extends Json ? Returned : null;
