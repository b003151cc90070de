/** A node of jsonata's syntax tree. Its own types leave out half of what the parser makes, so nothing is assumed here. */
export interface AstNode {
  type: string;
  value?: unknown;
  /** The place of the node's last character, counted from 1. */
  position?: number;
  /** The steps of a path. */
  steps?: AstNode[];
  /** What is in parentheses, or the items of an array constructor. */
  expressions?: AstNode[];
  /** Of a call. */
  procedure?: AstNode;
  arguments?: AstNode[];
  /** What stands in `[…]` after a node, and after a step of a path. */
  predicate?: AstNode[];
  stages?: AstNode[];
  [member: string]: unknown;
}

/** What a node of each allowed type may carry. A node with anything else is refused. */
export const allowedMembers: Readonly<Record<string, readonly string[]>> = {
  path: ['steps'],
  name: ['stages'],
  binary: ['lhs', 'rhs'],
  unary: ['expression', 'expressions', 'lhs'],
  function: ['name', 'arguments', 'procedure'],
  condition: ['condition', 'then', 'else'],
  block: ['expressions'],
  string: [],
  number: [],
  value: [],
};

/** The operators that are allowed between two expressions. */
export const allowedOperators: ReadonlySet<string> = new Set([
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  'and',
  'or',
  '+',
  '-',
  '*',
  '/',
  '%',
  '&',
]);

const typeNames: Readonly<Record<string, string>> = {
  regex: 'a regular expression',
  lambda: 'a function definition (lambda)',
  partial: 'a partial application with ?',
  apply: 'the function application ~>',
  transform: 'a transform |…|…|',
  wildcard: 'the wildcard *',
  descendant: 'the wildcard **',
  parent: 'the parent operator %',
  bind: 'the assignment :=',
  sort: 'the sort ^(…)',
  operator: 'the placeholder ?',
};

const memberNames: Readonly<Record<string, string>> = {
  group: 'grouping with {…}',
  focus: 'the focus bind @',
  index: 'the position bind #',
  ancestor: 'the parent operator %',
  seekingParent: 'the parent operator %',
  keepArray: 'the empty predicate []',
  keepSingletonArray: 'the empty predicate []',
};

/** Names a node that is not allowed, for people. */
export function describeType(node: AstNode): string {
  return typeNames[node.type] ?? `the construct "${node.type}"`;
}

/** Names the construct that left this member on a node, for people. */
export function describeMember(member: string): string {
  return memberNames[member] ?? `a construct with "${member}"`;
}

/** Names what a call calls when it is not a named function. */
export function describeCallee({ type, steps }: AstNode): string {
  if (type === 'path') return `"${steps?.[0]?.value}" without a $`;
  return typeNames[type] ?? 'what an expression returns';
}

/** **Shape** ` (character 12)`; empty where jsonata does not know. */
export function describePlace(node: AstNode): string {
  const position = node.position ?? node.steps?.at(-1)?.position;
  return position === undefined ? '' : ` (character ${position})`;
}
