import { z } from 'zod';
import { Role } from '#domain/access.ts';
import type { Actor } from '#domain/actor.ts';
import { invalidInput } from '#domain/errors.ts';
import type { Pulse } from '../../pulse.ts';
import { recordChange } from '../record-change.ts';
import { AccessName } from '../tokens/create-token.ts';
import { getPerson } from './person.ts';

const Id = z.string().max(100);
export const ChangePerson = z.strictObject({ id: Id, name: AccessName.optional(), role: z.optional(Role) });
export const RemovePerson = z.strictObject({ id: Id });

type Transaction = Pick<Pulse, 'prisma'>;

/**
 * Gives someone another name or another role. What they did before stays under the name that they had then.
 *
 * **Errors** `NOT_FOUND`; `INVALID_INPUT` when no admin would be left.
 */
export async function changePerson(
  pulse: Pulse,
  { id, name, role }: z.output<typeof ChangePerson>,
  actor: Actor,
): Promise<{ id: string }> {
  const before = await withAdminsLocked(pulse, async (transaction, admins) => {
    const person = await getPerson(transaction, id);
    if (role && role !== 'admin') keepOneAdmin(admins, id);
    await transaction.prisma.person.update({ where: { id }, data: { ...(name && { name }), ...(role && { role }) } });
    return person;
  });
  const person = { id, name: name ?? before.name };
  if (person.name !== before.name)
    await recordChange(pulse, 'pulse.person.__rename__', { person, before: before.name }, actor);
  if (role && role !== before.role)
    await recordChange(pulse, 'pulse.person.__role__', { person, role, before: before.role }, actor);
  return { id };
}

/**
 * Removes someone: they are signed out everywhere at once. What they did stays on the trail under their name.
 *
 * **Errors** `NOT_FOUND`; `INVALID_INPUT` when no admin would be left.
 */
export async function removePerson(
  pulse: Pulse,
  { id }: z.output<typeof RemovePerson>,
  actor: Actor,
): Promise<{ id: string }> {
  const { name } = await withAdminsLocked(pulse, async (transaction, admins) => {
    const person = await getPerson(transaction, id);
    keepOneAdmin(admins, id);
    await transaction.prisma.person.delete({ where: { id } });
    return person;
  });
  await recordChange(pulse, 'pulse.person.__remove__', { person: { id, name } }, actor);
  return { id };
}

function keepOneAdmin(admins: readonly string[], id: string): void {
  if (admins.length === 1 && admins[0] === id)
    throw invalidInput('id', 'is the last admin; make someone else one first');
}

/** **Locks** the admins' rows, so that two of them can't remove each other. */
function withAdminsLocked<T>(
  pulse: Pulse,
  work: (transaction: Transaction, admins: string[]) => Promise<T>,
): Promise<T> {
  return pulse.prisma.$transaction(async (prisma) => {
    const admins = await prisma.$queryRaw<{ id: string }[]>`
      SELECT id FROM person WHERE role = 'admin' ORDER BY id FOR UPDATE`;
    return work(
      { prisma: prisma as Pulse['prisma'] },
      admins.map(({ id }) => id),
    );
  });
}
