import { readError } from '../trpc/errors.ts';

/** Goes to where one signs in, and comes back after, when an error says that nobody is signed in any more. */
export function leaveIfSignedOut(error: unknown): void {
  if (readError(error).code !== 'UNAUTHENTICATED' || window.location.pathname === '/sign-in') return;
  const { pathname, search } = window.location;
  window.location.assign(`/sign-in?to=${encodeURIComponent(pathname + search)}`);
}
