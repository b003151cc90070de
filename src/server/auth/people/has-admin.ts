import type { Pulse } from '../../pulse.ts';

/** Whether someone may manage people. Until then a set-up link makes the first who does. */
export async function hasAdmin({ prisma }: Pulse): Promise<boolean> {
  return (await prisma.person.findFirst({ where: { role: 'admin' }, select: { id: true } })) !== null;
}
