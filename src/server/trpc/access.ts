import { z } from 'zod';
import type { Access } from '#domain/access.ts';
import type { Actor } from '#domain/actor.ts';
import { ChangePassword, changePassword } from '../auth/people/change-password.ts';
import { ChangePerson, changePerson, RemovePerson, removePerson } from '../auth/people/change-person.ts';
import { InvitePerson, invitePerson } from '../auth/people/invite-person.ts';
import { listPeople } from '../auth/people/person.ts';
import { signOut } from '../auth/people/sign-out.ts';
import { CreateToken, createToken } from '../auth/tokens/create-token.ts';
import { listTokens } from '../auth/tokens/list-tokens.ts';
import { RevokeToken, revokeToken } from '../auth/tokens/revoke-token.ts';
import { procedure, router } from './init.ts';

/** What tools sign in with. */
export const tokenRouter = router({
  create: procedure('token:write')
    .input(CreateToken)
    .mutation(({ ctx, input }) => createToken(ctx.pulse, input, ctx.actor)),
  list: procedure('token:read').query(({ ctx }) => listTokens(ctx.pulse)),
  revoke: procedure('token:write')
    .input(RevokeToken)
    .mutation(({ ctx, input }) => revokeToken(ctx.pulse, input, ctx.actor)),
});

/** Who signs in. */
export const personRouter = router({
  list: procedure('person:read').query(({ ctx }) => listPeople(ctx.pulse)),
  invite: procedure('person:write')
    .input(InvitePerson)
    .mutation(({ ctx, input }) => invitePerson(ctx.pulse, input, ctx.actor)),
  change: procedure('person:write')
    .input(ChangePerson)
    .mutation(({ ctx, input }) => changePerson(ctx.pulse, input, ctx.actor)),
  remove: procedure('person:write')
    .input(RemovePerson)
    .mutation(({ ctx, input }) => removePerson(ctx.pulse, input, ctx.actor)),
});

/** The one who asks. */
export const sessionRouter = router({
  get: procedure('session:read').query(({ ctx }): { actor: Actor; access: Access } => ({
    actor: ctx.actor,
    access: ctx.identity.access,
  })),
  changePassword: procedure('session:write')
    .input(ChangePassword)
    .mutation(({ ctx, input }) => changePassword(ctx.pulse, input, ctx.identity)),
  signOut: procedure('session:write')
    .input(z.strictObject({ everywhere: z.boolean().default(false) }).default({ everywhere: false }))
    .mutation(({ ctx, input }) => signOut(ctx.pulse, ctx.identity, input)),
});
