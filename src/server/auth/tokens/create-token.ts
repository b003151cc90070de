import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { GrantedScope, Role } from '#domain/access.ts';
import type { Actor } from '#domain/actor.ts';
import { invalidInput } from '#domain/errors.ts';
import type { Pulse } from '../../pulse.ts';
import { recordChange } from '../record-change.ts';
import { hashSecret, makeSecret } from '../secret-text.ts';

export const AccessName = z.string().trim().min(1).max(100);

export const CreateToken = z.strictObject({
  /** Who the audit trail says it was. */
  name: AccessName,
  role: z.optional(Role),
  scopes: z.array(GrantedScope).min(1).max(50).optional(),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});

/**
 * Makes a token for a tool, with a role or with narrower scopes.
 *
 * **Shape** `token` is shown now and never again: only its hash is kept.
 * **Errors** `INVALID_INPUT` without exactly one of `role` and `scopes`, or for a time that is over.
 */
export async function createToken(
  pulse: Pulse,
  { name, role, scopes = [], expiresAt }: z.output<typeof CreateToken>,
  actor: Actor,
): Promise<{ id: string; token: string }> {
  if ((role === undefined) === (scopes.length === 0)) throw invalidInput('', 'Give either a role or scopes');
  const now = new Date();
  if (expiresAt !== undefined && new Date(expiresAt) <= now) throw invalidInput('expiresAt', 'must be in the future');
  const [id, token] = [randomUUID(), makeSecret('pulse')];
  await pulse.prisma.token.create({
    data: {
      id,
      name,
      hash: hashSecret(token),
      role: role ?? null,
      scopes,
      createdBy: actor,
      createdAt: now,
      expiresAt: expiresAt ?? null,
    },
  });
  const payload = { token: { id, name }, role: role ?? null, scopes, expiresAt: expiresAt ?? null };
  await recordChange(pulse, 'pulse.token.__create__', payload, actor, `create-token:${id}`);
  return { id, token };
}
