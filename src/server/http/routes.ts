import type { Scope } from '#domain/access.ts';

/**
 * What a route lets in: `public` everyone, also who is not signed in; `procedures` whom the rule of the procedure that is
 * called lets in; else who may do what the scope names.
 */
export type RouteRule = 'public' | 'procedures' | Scope;

/** Every route of the server and its rule, by its path: a `*` at the end stands for all that begins so. */
export const routes: Readonly<Record<string, RouteRule>> = {
  '/api/health': 'public',
  '/api/ready': 'public',
  '/api/auth/*': 'public',
  '/api/trpc/*': 'procedures',
  '/api/events': 'event:read',
  '/api/export': 'workflow:read',
  '/sign-in': 'public',
  '/join': 'public',
  '/_next/static/*': 'public',
  '/icon.svg': 'public',
  '/': 'workflow:read',
  '/workflows/*': 'workflow:read',
  '/events': 'event:read',
  '/guards': 'guard:read',
  '/guards/draft': 'guard:read',
  '/adapters': 'adapter:read',
  '/settings': 'session:read',
};

/** The rule of a path. One that nothing is known of is for those who are signed in to learn that it leads nowhere. */
export function findRouteRule(pathname: string): RouteRule {
  const exact = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
  const [, rule] =
    Object.entries(routes).find(([path]) => path.endsWith('*') && pathname.startsWith(path.slice(0, -1))) ?? [];
  return exact ?? rule ?? 'session:read';
}
