import { z } from 'zod';
import { Role } from '#domain/access.ts';

/** What a one-time link is for. Its secret is in the address's fragment, which no browser sends and no server logs. */
export const Link = z.discriminatedUnion('for', [
  /** Makes the first admin, while there is none. */
  z.object({ for: z.literal('set-up') }),
  z.object({ for: z.literal('invitation'), email: z.string(), name: z.string(), role: Role }),
  /** Signs someone in who is there already: an admin lets them choose a new password, or the demo lets one in. */
  z.object({ for: z.literal('sign-in'), personId: z.string() }),
]);
export type Link = z.infer<typeof Link>;

/** Where a link leads. */
export function formatLink(origin: string, secret: string): string {
  return `${origin}/join#${secret}`;
}
