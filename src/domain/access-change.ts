import * as z from 'zod/mini';
import { Role } from './access.ts';

const Who = z.strictObject({ id: z.string(), name: z.string() });
const scopes = z.array(z.string());

/**
 * What is recorded of people and tokens under the key `pulse`: for each kind of event the shape of its payload. No payload
 * holds a secret. Only the server itself writes them, next to what they tell of.
 */
export const accessChanges = {
  'pulse.person.__join__': z.strictObject({
    person: Who,
    role: Role,
    how: z.enum(['set-up', 'invitation', 'provider', 'demo']),
  }),
  'pulse.person.__invite__': z.strictObject({ email: z.string(), role: Role }),
  'pulse.person.__sign_in__': z.strictObject({ person: Who, how: z.enum(['password', 'link', 'provider']) }),
  /** `person` is null where nobody has what was typed as the address, since that may be anything, also a password. */
  'pulse.person.__sign_in_failed__': z.strictObject({
    person: z.nullable(Who),
    how: z.enum(['password', 'link', 'provider']),
  }),
  /** Of one session, or of all that the person has. */
  'pulse.person.__sign_out__': z.strictObject({ person: Who, session: z.nullable(z.string()) }),
  'pulse.person.__password__': z.strictObject({ person: Who }),
  'pulse.person.__rename__': z.strictObject({ person: Who, before: z.string() }),
  'pulse.person.__role__': z.strictObject({ person: Who, role: Role, before: Role }),
  'pulse.person.__remove__': z.strictObject({ person: Who }),
  'pulse.token.__create__': z.strictObject({
    token: Who,
    role: z.nullable(Role),
    scopes,
    expiresAt: z.nullable(z.string()),
  }),
  'pulse.token.__revoke__': z.strictObject({ token: Who }),
} as const;
export type AccessChangeKind = keyof typeof accessChanges;
export type AccessChange<K extends AccessChangeKind = AccessChangeKind> = z.infer<(typeof accessChanges)[K]>;

/** Whether events of a kind tell of people and tokens. */
export function isAccessChange(kind: string): kind is AccessChangeKind {
  return Object.hasOwn(accessChanges, kind);
}
