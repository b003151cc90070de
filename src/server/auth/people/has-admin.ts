import type { Pulse } from '../../pulse.ts';

/**
 * Whether someone may manage people and can sign in again, by a password or a provider: who came in by the demo's link can't.
 * Until then a set-up link makes the first who does.
 */
export async function hasAdmin({ prisma }: Pulse): Promise<boolean> {
  return (
    (await prisma.person.findFirst({ where: { role: 'admin', accounts: { some: {} } }, select: { id: true } })) !== null
  );
}
