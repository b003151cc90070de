import jsonata from 'jsonata';
import { canonicalJson, findTextProblem, type Json } from '#domain/json.ts';
import { limits } from '#domain/limits.ts';
import { findForbidden } from './allow-list.ts';
import type { AstNode } from './constructs.ts';
import type { GuardContext } from './context.ts';
import { compileDirect, notDirect } from './direct.ts';

/** Evaluates one expression. Rejects when JSONata does, or when a path meets more than a thousand values. */
export type RunExpression = (context: GuardContext) => unknown;

export type CompiledExpression = { ok: true; run: RunExpression } | { ok: false; problems: string[] };

const maxCharacters = limits.expressionCharacters;
const maxDots = 200;
const invisible = /(?![ \t\n\r])[\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}]/u;
// A limit by count, not by time: a guard must decide the same on a slow machine and in a replay.
const options = { sequence: 1_000 };

/**
 * Compiles one `check` or `transition`, once, after judging everything it uses.
 *
 * **Shape** the problems name the construct and its place. Never throws, whatever the source.
 */
export function compileExpression(source: string): CompiledExpression {
  const problem = findSourceProblem(source);
  if (problem) return { ok: false, problems: [problem] };
  try {
    const expression = jsonata(source, options);
    const ast = expression.ast() as unknown as AstNode;
    const problems = findForbidden(ast);
    return problems.length > 0 ? { ok: false, problems } : { ok: true, run: makeRun(expression, ast) };
  } catch (error) {
    return { ok: false, problems: [`is not a JSONata expression: ${describeSyntaxError(error)}`] };
  }
}

/**
 * Finds what must not even be parsed. Jsonata's parser copies the left side of `?:` and `??`, so nested ones take memory
 * and time without end: 20 of them fit in 100 characters and take seconds. Its time for a path grows with the square of
 * the steps. Both are looked for in the bare text, which nothing can fool.
 */
function findSourceProblem(source: string): string | undefined {
  if (source.length > maxCharacters)
    return `an expression of ${source.length} characters is not allowed in a guard; at most ${maxCharacters} are`;
  const operator = /\?[:?]/.exec(source);
  if (operator) {
    const place = `(character ${operator.index + 2}), not even inside a text`;
    return `the operator ${operator[0]} is not allowed in a guard ${place}; write a ? b : c`;
  }
  if (source.split('.').length > maxDots) return `an expression of more than ${maxDots} dots is not allowed in a guard`;
  const problem = findTextProblem(source);
  return problem ? `a source that ${problem} is not allowed in a guard` : findInvisible(source);
}

// What a reader does not see may make an expression look like another one: marks that reorder it, joiners inside a name.
function findInvisible(source: string): string | undefined {
  const found = invisible.exec(source);
  if (!found) return undefined;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `the invisible character U+${code} is not allowed in a guard (character ${found.index + 1}); in a text, write it as an escape`;
}

// What needs no evaluation is not evaluated: `state`, which keeps the state as it is, and what reads nothing.
function makeRun(expression: jsonata.Expression, ast: AstNode): RunExpression {
  if (isBareState(ast)) return (context) => context.state;
  if (readsContext(ast)) {
    const evaluate: RunExpression = readsOrder(ast)
      ? (context) => expression.evaluate(putInOrder(context))
      : (context) => expression.evaluate(context);
    const direct = readsOrder(ast) ? undefined : compileDirect(ast);
    return direct ? (context) => runDirect(direct, context, evaluate) : evaluate;
  }
  let result: Promise<unknown> | undefined;
  return () => {
    result ??= expression.evaluate({});
    return result;
  };
}

function runDirect(direct: RunExpression, context: GuardContext, otherwise: RunExpression): unknown {
  try {
    return direct(context);
  } catch (error) {
    if (error === notDirect) return otherwise(context);
    throw error;
  }
}

function isBareState(ast: AstNode): boolean {
  const [root, field] = ast.steps ?? [];
  return root?.value === 'state' && field === undefined && root.stages === undefined && ast.predicate === undefined;
}

function readsContext(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  return (part as AstNode).type === 'path' || Object.values(part).some(readsContext);
}

/**
 * Whether a result can depend on the order of an object's fields: of its names, or of its text. The database does not keep
 * that order, and a guard must decide the same about what it reads back.
 */
function readsOrder(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  const { type, value, procedure } = part as AstNode;
  if (type === 'binary' && value === '&') return true;
  if (type === 'function' && (procedure?.value === 'string' || procedure?.value === 'keys')) return true;
  return Object.values(part).some(readsOrder);
}

function putInOrder({ state, event }: GuardContext): GuardContext {
  return JSON.parse(canonicalJson({ state, event } as unknown as Json));
}

function describeSyntaxError(error: unknown): string {
  if (error instanceof RangeError) return 'nested too deep';
  const { message, position } = error as { message?: unknown; position?: unknown };
  const text = typeof message === 'string' && message ? message.slice(0, 200) : 'it cannot be parsed';
  return typeof position === 'number' ? `${text} (character ${position})` : text;
}
