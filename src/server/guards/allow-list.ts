import { findTextProblem } from '#domain/json.ts';
import {
  type AstNode,
  allowedMembers,
  allowedOperators,
  describeCallee,
  describeMember,
  describePlace,
  describeType,
} from './constructs.ts';
import { allowedFunctions } from './functions.ts';
import { isForbiddenName } from './state.ts';

const maxNodes = 200;
const maxDepth = 32;
const maxProblems = 10;
/** A name may be as long as an expression; the message that names it need not. */
const maxNameCharacters = 120;

const eventFields = ['key', 'kind', 'payload', 'actor', 'occurredAt'];
const everyMember = ['type', 'value', 'position', 'predicate'];

/**
 * Finds what a guard's expression uses beyond the allow-list. An unknown construct is refused, never let through.
 *
 * **Shape** sentences that name the construct and its place; empty when all is allowed.
 * **Source** the design's section on guards.
 */
export function findForbidden(root: AstNode): string[] {
  const problems = new Set<string>();
  let nodes = 0;

  function refuse(node: AstNode, what: string, hint = ''): void {
    const named = what.length > maxNameCharacters ? `${what.slice(0, maxNameCharacters).toWellFormed()}…` : what;
    problems.add(`${named} is not allowed in a guard${describePlace(node)}${hint && `; ${hint}`}`);
  }

  function visit(node: AstNode, depth: number): void {
    nodes += 1;
    if (nodes > maxNodes || problems.size >= maxProblems) return;
    if (depth > maxDepth) {
      refuse(node, `nesting deeper than ${maxDepth} levels`);
      return;
    }
    const problemsBefore = problems.size;
    for (const child of [...judge(node), ...judgeIndexes(node)]) visit(child, depth + 1);
    if (problems.size === problemsBefore) judgeMembers(node);
  }

  /** Judges the node by itself. **Shape** its parts, which are still to be judged. */
  function judge(node: AstNode): AstNode[] {
    switch (node.type) {
      case 'path':
        return judgePath(node);
      case 'name':
        return judgeName(node);
      case 'binary':
        if (node.value === '..') refuse(node, 'the range ..');
        else if (!allowedOperators.has(String(node.value))) refuse(node, `the operator ${node.value}`);
        return [node.lhs, node.rhs] as AstNode[];
      case 'unary':
        return judgeUnary(node);
      case 'function':
        return judgeCall(node);
      case 'condition':
        return [node.condition, node.then, node.else].filter((part) => part !== undefined) as AstNode[];
      case 'block':
        return judgeBlock(node);
      case 'string':
        return judgeText(node);
      case 'number':
      case 'value':
        return [];
      case 'variable':
        refuse(node, `the variable $${node.value}`, 'name state or event instead');
        return [];
      default:
        refuse(node, describeType(node));
        return [];
    }
  }

  function judgePath({ steps = [] }: AstNode): AstNode[] {
    const [root, field] = steps;
    if (root?.type === 'name' && root.value !== 'state' && root.value !== 'event')
      refuse(root, `the name ${root.value}`, 'a guard sees state and event, nothing else');
    if (root?.value === 'event' && field?.type === 'name' && !eventFields.includes(String(field.value)))
      refuse(field, `the name event.${field.value}`, `an event has ${eventFields.join(', ')}`);
    for (const step of steps)
      if (step.type !== 'name' && step.type in allowedMembers) refuse(step, 'a step of a path that is not a name');
    return steps;
  }

  function judgeName(node: AstNode): AstNode[] {
    if (isForbiddenName(String(node.value))) refuse(node, `the field name ${node.value}`);
    return judgeText(node);
  }

  function judgeText(node: AstNode): AstNode[] {
    const problem = findTextProblem(String(node.value));
    if (problem) refuse(node, `a text that ${problem}`);
    return [];
  }

  function judgeUnary(node: AstNode): AstNode[] {
    if (node.value === '-') return [node.expression as AstNode];
    if (node.value === '[') return node.expressions ?? [];
    if (node.value !== '{') refuse(node, `the operator ${node.value}`);
    const pairs = (node.lhs ?? []) as [AstNode, AstNode][];
    for (const [name] of pairs) if (name.type === 'string') judgeName(name);
    return pairs.flat();
  }

  function judgeCall(node: AstNode): AstNode[] {
    const { procedure = { type: 'nothing' }, arguments: given = [] } = node;
    if (procedure.type !== 'variable') {
      refuse(node, `a call of ${describeCallee(procedure)}`);
      return procedure.type === 'path' ? given : [procedure, ...given];
    }
    const wanted = allowedFunctions.get(String(procedure.value));
    if (wanted === undefined) refuse(node, `the function $${procedure.value}`);
    else if (wanted !== given.length)
      refuse(node, `$${procedure.value} of ${given.length} values`, `it takes ${wanted}`);
    if (procedure.value === 'lookup' && given[1]?.type === 'string') judgeName(given[1]);
    return given;
  }

  function judgeBlock(node: AstNode): AstNode[] {
    const parts = node.expressions ?? [];
    if (parts.length === 0) refuse(node, 'an empty pair of parentheses');
    if (parts.length > 1) refuse(node, 'a sequence of expressions with ;');
    return parts;
  }

  /** Judges what stands in `[…]` after a node. **Shape** what is no whole number, so that it is named too. */
  function judgeIndexes({ predicate = [], stages = [] }: AstNode): AstNode[] {
    const others = [...predicate, ...stages].filter(({ type, expr }) => type !== 'filter' || !isWholeNumber(expr));
    for (const other of others) {
      if (other.type === 'filter') refuse(other, 'a filter […]', 'only a whole number may stand in the brackets');
      else refuse(other, 'the position bind #');
    }
    return others.flatMap(({ expr }) => (expr ? [expr as AstNode] : []));
  }

  function judgeMembers(node: AstNode): void {
    const known = [...everyMember, ...(allowedMembers[node.type] ?? [])];
    const other = Object.keys(node).find((member) => node[member] !== undefined && !known.includes(member));
    if (other !== undefined) refuse(node, describeMember(other));
  }

  visit(root, 1);
  if (nodes > maxNodes) problems.add(`an expression of more than ${maxNodes} parts is not allowed in a guard`);
  return [...problems];
}

function isWholeNumber(node: unknown): boolean {
  const { type, value } = node as AstNode;
  return type === 'number' && Number.isSafeInteger(value);
}
