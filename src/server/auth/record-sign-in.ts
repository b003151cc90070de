import { Role } from '#domain/access.ts';
import type { AccessChange } from '#domain/access-change.ts';
import type { Actor } from '#domain/actor.ts';
import type { Pulse } from '../pulse.ts';
import { recordChange } from './record-change.ts';

/** Someone as better-auth has them. */
interface Person {
  id: string;
  name: string;
  role?: unknown;
}
type How = AccessChange<'pulse.person.__sign_in__'>['how'];

/** The actor of what nobody has done who is known. */
const nobody: Actor = { type: 'system', id: 'sign-in', name: 'Sign-in', via: 'web' };

function toActor({ id, name }: Person): Actor {
  return { type: 'user', id, name, via: 'web' };
}

/** Records that someone has joined. */
export async function recordJoin(
  pulse: Pulse,
  person: Person,
  how: AccessChange<'pulse.person.__join__'>['how'],
): Promise<void> {
  const { id, name } = person;
  await recordChange(
    pulse,
    'pulse.person.__join__',
    { person: { id, name }, role: Role.parse(person.role), how },
    toActor(person),
  );
}

/** Records a sign-in; before it what a provider's claims have changed: that someone has joined, or has another role. */
export async function recordSignIn(
  pulse: Pulse,
  person: Person,
  { how, claimedRole, joins = false }: { how: How; claimedRole?: Role | null | undefined; joins?: boolean | undefined },
): Promise<void> {
  const { id, name } = person;
  const before = Role.parse(person.role);
  const role = claimedRole ?? before;
  if (role !== before) await pulse.prisma.person.update({ where: { id }, data: { role } });
  if (joins) await recordJoin(pulse, { id, name, role }, 'provider');
  else if (role !== before)
    await recordChange(pulse, 'pulse.person.__role__', { person: { id, name }, role, before }, toActor(person));
  await recordChange(pulse, 'pulse.person.__sign_in__', { person: { id, name }, how }, toActor(person));
}

/** Records that a sign-in has failed. */
export async function recordSignInFailed(pulse: Pulse, { email, how }: { email: unknown; how: How }): Promise<void> {
  const person =
    typeof email === 'string'
      ? await pulse.prisma.person.findUnique({
          where: { email: email.toLowerCase() },
          select: { id: true, name: true },
        })
      : null;
  await recordChange(pulse, 'pulse.person.__sign_in_failed__', { person, how }, nobody);
}
