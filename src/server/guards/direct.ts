import type { AstNode } from './constructs.ts';
import type { GuardContext } from './context.ts';

/** What a direct evaluation answers when it met something that only JSONata itself should judge. */
export const notDirect = Symbol('not direct');

/** Evaluates a node on a context. Undefined is JSONata's "nothing". */
type Evaluate = (context: GuardContext) => unknown;

/**
 * Compiles an expression into plain functions, for the path that every append takes: they cost a tenth of JSONata's own
 * evaluation, which is asynchronous at every node.
 *
 * It covers fields of objects, literals, comparison, boolean logic, `+` and `-`, conditions, and a few functions, on plain values. Where
 * JSONata has rules of its own (lists and their flattening, conversions, errors) it answers {@link notDirect}, and the
 * caller asks JSONata. A property test holds both against each other.
 *
 * **Shape** undefined when the expression has a construct that is never direct.
 * **Source** ADR 6
 */
export function compileDirect(ast: AstNode): Evaluate | undefined {
  try {
    return compileNode(ast);
  } catch (error) {
    if (error === notDirect) return undefined;
    throw error;
  }
}

function compileNode(node: AstNode): Evaluate {
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value':
      return () => node.value;
    case 'path':
      return compilePath(node.steps ?? []);
    case 'block':
      return node.expressions?.length === 1 ? compileNode(node.expressions[0] as AstNode) : giveUp();
    case 'condition':
      return compileCondition(node);
    case 'binary':
      return compileBinary(node);
    case 'function':
      return compileCall(node);
    case 'unary':
      return node.value === '{' ? compileObject(node.lhs as [AstNode, AstNode][]) : giveUp();
    default:
      return giveUp();
  }
}

function giveUp(): never {
  throw notDirect;
}

function compilePath(steps: AstNode[]): Evaluate {
  const names = steps.map((step) =>
    step.type === 'name' && step.stages === undefined ? String(step.value) : giveUp(),
  );
  return (context) => {
    let value: unknown = context;
    for (const name of names) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
      value = (value as Record<string, unknown>)[name];
      if (isSpecial(value)) return giveUp();
    }
    return value;
  };
}

/** A list, or an object that JSONata would take for a function. */
function isSpecial(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || '_jsonata_function' in value || '_jsonata_lambda' in value;
}

function compileCondition(node: AstNode): Evaluate {
  const test = compileNode(node.condition as AstNode);
  const yes = compileNode(node.then as AstNode);
  const no = node.else === undefined ? () => undefined : compileNode(node.else as AstNode);
  return (context) => (toBoolean(test(context)) ? yes(context) : no(context));
}

function compileBinary({ value: operator, lhs, rhs }: AstNode): Evaluate {
  const left = compileNode(lhs as AstNode);
  if (operator === 'in') return compileIn(left, rhs as AstNode);
  const right = compileNode(rhs as AstNode);
  switch (operator) {
    case 'and':
      return (context) => toBoolean(left(context)) && toBoolean(right(context));
    case 'or':
      return (context) => toBoolean(left(context)) || toBoolean(right(context));
    case '=':
      return (context) => equals(left(context), right(context)) === true;
    case '!=':
      return (context) => equals(left(context), right(context)) === false;
    case '+':
      return (context) => toFinite(toNumber(left(context)) + toNumber(right(context)));
    case '-':
      return (context) => toFinite(toNumber(left(context)) - toNumber(right(context)));
    case '<':
      return (context) => toNumber(left(context)) < toNumber(right(context));
    case '<=':
      return (context) => toNumber(left(context)) <= toNumber(right(context));
    case '>':
      return (context) => toNumber(left(context)) > toNumber(right(context));
    case '>=':
      return (context) => toNumber(left(context)) >= toNumber(right(context));
    default:
      return giveUp();
  }
}

/** Whether two values are equal; undefined, as for JSONata neither `=` nor `!=`, when one is missing. */
function equals(left: unknown, right: unknown): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  return toScalar(left) === toScalar(right);
}

function compileIn(left: Evaluate, list: AstNode): Evaluate {
  if (list.type !== 'unary' || list.value !== '[') return giveUp();
  const items = (list.expressions ?? []).map((item) => (item.type === 'string' ? item.value : giveUp()));
  return (context) => items.includes(toScalar(left(context)));
}

function compileCall({ procedure, arguments: given = [] }: AstNode): Evaluate {
  const [first, second] = given.map(compileNode) as [Evaluate, Evaluate];
  switch (procedure?.value) {
    case 'exists':
      return (context) => first(context) !== undefined;
    case 'type':
      return (context) => nameType(first(context));
    case 'contains':
      return (context) => toText(first(context)).includes(toText(second(context)));
    case 'substringBefore':
      return (context) => splitText(toText(first(context)), toText(second(context)))[0];
    case 'substringAfter':
      return (context) => splitText(toText(first(context)), toText(second(context)))[1];
    default:
      return giveUp();
  }
}

function splitText(text: string, at: string): [before: string, after: string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, text] : [text.slice(0, index), text.slice(index + at.length)];
}

function nameType(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return value === null ? 'null' : typeof value;
}

function compileObject(pairs: [AstNode, AstNode][]): Evaluate {
  const members = pairs.map(([name, value]) => {
    if (name.type !== 'string' || String(name.value).startsWith('_')) return giveUp();
    return [String(name.value), compileNode(value)] as const;
  });
  if (new Set(members.map(([name]) => name)).size < members.length) return giveUp();
  return (context) => {
    const result: Record<string, unknown> = {};
    for (const [name, evaluate] of members) {
      const value = toScalar(evaluate(context));
      if (value !== undefined) result[name] = value;
    }
    return result;
  };
}

function toScalar(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? giveUp() : value;
}

function toBoolean(value: unknown): boolean {
  return Boolean(toScalar(value));
}

function toNumber(value: unknown): number {
  return typeof value === 'number' ? value : giveUp();
}

function toFinite(value: number): number {
  return Number.isFinite(value) ? value : giveUp();
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : giveUp();
}
