import { z } from 'zod';
import type { Actor } from '#domain/actor.ts';
import { PulseError } from '#domain/errors.ts';
import type { Pulse } from '../../pulse.ts';
import { recordChange } from '../record-change.ts';

export const RevokeToken = z.strictObject({ id: z.string().max(100) });

/**
 * Revokes a token: from now on it opens nothing, and the streams that it has open end. Once more changes nothing.
 *
 * **Errors** `NOT_FOUND`; after `UNAVAILABLE` it may be revoked already, with its streams still open: ask again.
 */
export async function revokeToken(
  pulse: Pulse,
  { id }: z.output<typeof RevokeToken>,
  actor: Actor,
): Promise<{ id: string }> {
  const found = await pulse.prisma.token.findUnique({ where: { id }, select: { name: true } });
  if (!found) throw new PulseError('NOT_FOUND', `There is no token '${id}'`, { what: 'token', id });
  await pulse.prisma.token.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date() } });
  await recordChange(pulse, 'pulse.token.__revoke__', { token: { id, name: found.name } }, actor, `revoke-token:${id}`);
  return { id };
}
