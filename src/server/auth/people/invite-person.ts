import { z } from 'zod';
import { Role } from '#domain/access.ts';
import type { Actor } from '#domain/actor.ts';
import { invalidInput } from '#domain/errors.ts';
import type { Pulse } from '../../pulse.ts';
import { makeLink } from '../links/make-link.ts';
import { recordChange } from '../record-change.ts';
import { AccessName } from '../tokens/create-token.ts';

export const InvitePerson = z.strictObject({ email: z.email().max(254), name: AccessName, role: Role });

const invitationMs = 3 * 24 * 60 * 60 * 1_000;

/**
 * Makes a link by which someone joins and chooses a password. Whoever invites them sends it to them.
 *
 * **Shape** the path of the link, shown now and never again: it works once, for three days.
 * **Errors** `INVALID_INPUT` when someone has the email address already.
 */
export async function invitePerson(
  pulse: Pulse,
  { email: entered, name, role }: z.output<typeof InvitePerson>,
  actor: Actor,
): Promise<{ path: string; expiresAt: string }> {
  const email = entered.toLowerCase();
  if (await pulse.prisma.person.findUnique({ where: { email }, select: { id: true } }))
    throw invalidInput('email', 'belongs to someone who has joined');
  const { secret, expiresAt } = await makeLink(pulse, { for: 'invitation', email, name, role }, invitationMs);
  await recordChange(pulse, 'pulse.person.__invite__', { email, role }, actor);
  return { path: `/join#${secret}`, expiresAt: expiresAt.toISOString() };
}
