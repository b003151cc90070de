import { z } from 'zod';
import { invalidInput } from '#domain/errors.ts';
import type { Pulse } from '../../pulse.ts';
import type { Identity } from '../identity.ts';
import { getPeopleAuth } from '../people-auth.ts';
import { limitSignIns } from '../rate-limits.ts';
import { recordChange } from '../record-change.ts';
import { recordSignOut } from './sign-out.ts';

const Password = z.string().max(128);
export const ChangePassword = z.strictObject({ current: Password, next: Password.min(10) });

/**
 * Changes the password of whoever asks, and ends all other sessions that they have.
 *
 * **Errors** `INVALID_INPUT` when the current one is wrong, for a token, and for someone who signs in through a provider;
 * `RATE_LIMITED`
 */
export async function changePassword(
  pulse: Pulse,
  { current, next }: z.output<typeof ChangePassword>,
  { actor, credential }: Identity,
): Promise<{ changed: true }> {
  const { personId, sessionId } = credential ?? {};
  if (!personId || !sessionId) throw invalidInput('', 'Only a person has a password');
  await limitSignIns(personId);
  const { prisma } = pulse;
  const account = await prisma.account.findFirst({ where: { personId, providerId: 'credential' } });
  const { password } = await (await getPeopleAuth(pulse)).$context;
  if (!account?.password) throw invalidInput('current', 'is not there: you sign in without a password');
  if (!(await password.verify({ hash: account.password, password: current })))
    throw invalidInput('current', 'is not your password');
  await prisma.account.update({
    where: { id: account.id },
    data: { password: await password.hash(next), updatedAt: new Date() },
  });
  const others = await prisma.session.findMany({ where: { personId, id: { not: sessionId } }, select: { id: true } });
  await prisma.session.deleteMany({ where: { id: { in: others.map(({ id }) => id) } } });
  const person = { id: personId, name: actor.name };
  await recordChange(pulse, 'pulse.person.__password__', { person }, actor);
  for (const { id } of others) await recordSignOut(pulse, person, id, actor);
  return { changed: true };
}
