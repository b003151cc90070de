import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { z } from 'zod';
import type { Pulse } from '../../pulse.ts';
import { hasAdmin } from '../people/has-admin.ts';
import { recordJoin, recordSignIn, recordSignInFailed } from '../record-sign-in.ts';
import { AccessName } from '../tokens/create-token.ts';
import { Link } from './link.ts';
import { identifyLink } from './make-link.ts';

const Secret = z.string().max(200);
const AcceptLink = z.object({
  link: Secret,
  name: AccessName.optional(),
  email: z.email().max(254).optional(),
  password: z.string().max(128).optional(),
});

/** Adds to what signs people in the use of one-time links: `/link/look` tells what one is for, `/link/accept` uses it up. */
export function linksPlugin(pulse: Pulse) {
  return {
    id: 'pulse-links',
    endpoints: {
      lookAtLink: createAuthEndpoint(
        '/link/look',
        { method: 'POST', body: z.object({ link: Secret }) },
        async ({ body, context, json }) => {
          const found = await context.internalAdapter.findVerificationValue(identifyLink(body.link));
          const link = found && found.expiresAt > new Date() ? read(found.value) : undefined;
          if (!link || (link.for === 'set-up' && (await hasAdmin(pulse)))) throw isOver();
          return json(link.for === 'sign-in' ? { for: link.for } : link);
        },
      ),
      acceptLink: createAuthEndpoint('/link/accept', { method: 'POST', body: AcceptLink }, async (ctx) => {
        const { internalAdapter, password } = ctx.context;
        const identifier = identifyLink(ctx.body.link);
        // Looked at first, so that an entry that is wrong does not use the link up.
        const seen = await internalAdapter.findVerificationValue(identifier);
        const wanted = seen && read(seen.value);
        const member = wanted && wanted.for !== 'sign-in' ? readMember(wanted, ctx.body, password.config) : undefined;
        if (wanted?.for === 'set-up' && (await hasAdmin(pulse))) throw isOver();
        if (member && (await internalAdapter.findUserByEmail(member.email)))
          throw wrong('Someone has this email address');
        const used = await internalAdapter.consumeVerificationValue(identifier);
        const link = used && read(used.value);
        if (!link) {
          await recordSignInFailed(pulse, { email: undefined, how: 'link' });
          throw isOver();
        }
        let user: Awaited<ReturnType<typeof internalAdapter.findUserById>>;
        if (member) {
          const { password: chosen, ...person } = member;
          user = await internalAdapter.createUser({ ...person, emailVerified: false }, { method: 'link' });
          await internalAdapter.linkAccount({
            userId: user.id,
            providerId: 'credential',
            accountId: user.id,
            password: await password.hash(chosen),
          });
          await recordJoin(pulse, user, link.for === 'set-up' ? 'set-up' : 'invitation');
        } else user = link.for === 'sign-in' ? await internalAdapter.findUserById(link.personId) : null;
        if (!user) throw isOver();
        const session = await internalAdapter.createSession(user.id);
        await setSessionCookie(ctx, { session, user });
        await recordSignIn(pulse, user, { how: 'link' });
        return ctx.json({ signedIn: true });
      }),
    },
  } satisfies BetterAuthPlugin;
}

type Member = { name: string; email: string; role: string; password: string };

/** Who is to be made, from what the link says and, where that leaves it open, what was entered. */
function readMember(
  link: Exclude<Link, { for: 'sign-in' }>,
  entered: z.output<typeof AcceptLink>,
  { minPasswordLength }: { minPasswordLength: number },
): Member {
  const name = entered.name ?? (link.for === 'invitation' ? link.name : undefined);
  const email = (link.for === 'invitation' ? link.email : entered.email)?.toLowerCase();
  const { password = '' } = entered;
  if (!name || !email) throw wrong('Enter a name and an email address');
  if (password.length < minPasswordLength) throw wrong(`Choose a password of ${minPasswordLength} characters or more`);
  return { name, email, password, role: link.for === 'invitation' ? link.role : 'admin' };
}

function read(value: string): Link | undefined {
  return Link.safeParse(JSON.parse(value)).data;
}

function isOver(): APIError {
  return new APIError('FORBIDDEN', { code: 'LINK_OVER', message: 'This link has been used, or its time is over' });
}

function wrong(message: string): APIError {
  return new APIError('BAD_REQUEST', { code: 'INVALID_INPUT', message });
}
