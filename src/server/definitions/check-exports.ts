import { z } from 'zod';
import type { WorkflowDefinition } from '#domain/definition.ts';
import { describeIssue } from '#domain/issue.ts';
import { isName } from '#domain/kind.ts';
import { limits } from '#domain/limits.ts';

const aFunction = z.custom((value) => typeof value === 'function', 'must be a function');
const aSchema = z.custom((value) => {
  const schema = value as { _zod?: object; safeParse?: unknown } | null | undefined;
  return typeof schema?._zod === 'object' && typeof schema.safeParse === 'function';
}, 'must be a schema of zod 4');

const Shape = z.looseObject({
  name: z.string().refine(isName, 'must be letters, digits, _ and -, and not begin with __'),
  description: z.string(),
  input: aSchema,
  maxRounds: z.number().int().min(1).max(limits.maxRounds),
  roles: z.union([z.record(z.string(), z.looseObject({ type: z.string() })), aFunction], 'must be roles by name'),
  moderator: aFunction,
});

/** What a module's exports hold: definitions that can be run, and what is wrong with those that can't. */
export interface CheckedExports {
  definitions: WorkflowDefinition[];
  problems: string[];
}

/**
 * Finds the definitions among a module's exports.
 *
 * Its default export must be one, and so must be what has roles or a moderator; anything else is the module's own affair, such as
 * the functions of isolated roles.
 */
export function checkExports(exports: Record<string, unknown>): CheckedExports {
  const candidates = Object.entries(exports).filter(([name, value]) => name === 'default' || isMeantAsOne(value));
  const definitions = new Set<WorkflowDefinition>();
  const problems: string[] = [];
  for (const [name, value] of candidates) {
    const problem = findProblem(value);
    if (problem === undefined) definitions.add(value as WorkflowDefinition);
    else problems.push(`its export '${name}' is no definition: ${problem}`);
  }
  if (candidates.length === 0)
    problems.push('it exports no definition; what others only import belongs into a directory of its own');
  return { definitions: [...definitions], problems };
}

function isMeantAsOne(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('roles' in value || 'moderator' in value);
}

function findProblem(value: unknown): string | undefined {
  const { error } = Shape.safeParse(value);
  if (error) return error.issues.map((issue) => [...issue.path, describeIssue(issue)].join(' ')).join('; ');
  try {
    z.toJSONSchema((value as WorkflowDefinition).input, { io: 'input', unrepresentable: 'any' });
    return undefined;
  } catch (cause) {
    return `its input has no JSON Schema: ${(cause as Error).message}`;
  }
}
