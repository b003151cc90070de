import type { Role } from '#domain/access.ts';
import { PulseError } from '#domain/errors.ts';
import type { Pulse } from '../../pulse.ts';

/** Someone who signs in. */
export interface Person {
  id: string;
  name: string;
  email: string;
  role: Role;
  createdAt: string;
}

/** Lists the people, by name. */
export async function listPeople({ prisma }: Pulse): Promise<Person[]> {
  const rows = await prisma.person.findMany({ orderBy: [{ name: 'asc' }, { id: 'asc' }] });
  return rows.map(({ id, name, email, role, createdAt }) => ({
    id,
    name,
    email,
    role: role as Role,
    createdAt: createdAt.toISOString(),
  }));
}

/** **Errors** `NOT_FOUND` */
export async function getPerson(
  { prisma }: Pick<Pulse, 'prisma'>,
  id: string,
): Promise<{ id: string; name: string; role: Role }> {
  const person = await prisma.person.findUnique({ where: { id }, select: { id: true, name: true, role: true } });
  if (!person) throw new PulseError('NOT_FOUND', `There is no person '${id}'`, { what: 'person', id });
  return { ...person, role: person.role as Role };
}
