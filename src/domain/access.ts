import * as z from 'zod/mini';
import { KindPattern, matchesKind } from './kind.ts';

/** What people and tools may do, each role all of the one before: read; start, append and abort; guards, people and tokens. */
export const Role = z.enum(['viewer', 'operator', 'admin']);
export type Role = z.infer<typeof Role>;

/** What a call does, as a token may be allowed it by itself, and the role that may do it. */
export const scopes = {
  'workflow:read': 'viewer',
  'event:read': 'viewer',
  'guard:read': 'viewer',
  'adapter:read': 'viewer',
  'definition:read': 'viewer',
  'workflow:start': 'operator',
  'workflow:abort': 'operator',
  'event:append': 'operator',
  'round:work': 'operator',
  'guard:write': 'admin',
  'session:read': 'viewer',
  'session:write': 'viewer',
  'person:read': 'admin',
  'person:write': 'admin',
  'token:read': 'admin',
  'token:write': 'admin',
} as const satisfies Record<string, Role>;
export type Scope = keyof typeof scopes;

const appendScope = 'event:append:';

/** What a token can't be allowed by itself: who makes people and tokens may do everything. */
const ungrantable = /^(session|person|token):/;
const grantable = Object.keys(scopes).filter((scope) => !ungrantable.test(scope));

/** A scope that a token has: one of {@link scopes}, or `event:append:` with a pattern of kinds, such as `event:append:meta.*`. */
export const GrantedScope = z
  .string()
  .check(z.refine(isScope, `must be ${grantable.join(', ')}, or event:append:<kind> such as event:append:meta.*`));

/** What a call needs. */
export interface Need {
  scope: Scope;
  /** Instead of the scope's role, where a call of its kind needs more. No scope gives it. */
  role?: Role | undefined;
  /** The kind of the event that it appends. */
  kind?: string | undefined;
}

/** What someone may do: all of a role, or only what some scopes name. */
export type Access = { role: Role } | { scopes: readonly string[] };

/** Whether someone may do what a call needs. Whatever is not allowed by name is not. */
export function allows(access: Access, { scope, role, kind }: Need): boolean {
  if ('role' in access) return isAtLeast(access.role, role ?? scopes[scope]);
  if (role !== undefined && role !== scopes[scope]) return false;
  return access.scopes.some((granted) => granted === scope || (kind !== undefined && namesKind(granted, kind)));
}

/** Whether a role may do all that another may. */
export function isAtLeast(role: Role, other: Role): boolean {
  return Role.options.indexOf(role) >= Role.options.indexOf(other);
}

/** A star never stands for a control kind, so that who may write `meta.*` can't abort by that. */
function namesKind(granted: string, kind: string): boolean {
  if (!granted.startsWith(appendScope)) return false;
  const pattern = granted.slice(appendScope.length);
  if (!matchesKind(pattern, kind)) return false;
  const wanted = pattern.split('.');
  return kind.split('.').every((part, index) => !part.startsWith('__') || wanted[index] === part);
}

function isScope(text: string): boolean {
  if (grantable.includes(text)) return true;
  return text.startsWith(appendScope) && KindPattern.safeParse(text.slice(appendScope.length)).success;
}
