import { AsyncLocalStorage } from 'node:async_hooks';
import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { createAuthMiddleware, isAPIError } from 'better-auth/api';
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import type { Role } from '#domain/access.ts';
import type { Pulse } from '../pulse.ts';
import { readClaimedRole } from './claimed-role.ts';
import { linksPlugin } from './links/links-plugin.ts';
import { recordSignIn, recordSignInFailed } from './record-sign-in.ts';
import { type AuthSettings, type OidcSettings, readAuthSettings } from './settings.ts';

/** Where the front tells from which address a request comes. What a client sends under this name is dropped. */
export const clientHeader = 'x-pulse-client';
export const authPath = '/api/auth';
/** The name of the provider that people sign in with, in paths and in the table of accounts. */
export const oidcProvider = 'oidc';

const sessionSeconds = 30 * 24 * 60 * 60;
const dayInSeconds = 24 * 60 * 60;

/** What is known of the sign-in that is under way. */
interface SignIn {
  /** What the provider's claims give; null for a provider that leaves roles to Pulse. */
  claimedRole?: Role | null;
  joins?: boolean;
}

const signIns = new AsyncLocalStorage<SignIn>();
const instances = new WeakMap<Pulse, Promise<PeopleAuth>>();

export type PeopleAuth = ReturnType<typeof createPeopleAuth>;

/**
 * What signs people in to a log, made once for it.
 *
 * **Errors** `INVALID_INPUT` for settings that are wrong; whatever reading gives when the database can't be reached, and the
 * next call tries again.
 */
export function getPeopleAuth(pulse: Pulse): Promise<PeopleAuth> {
  const made =
    instances.get(pulse) ??
    pulse.head().then(({ logId }) => createPeopleAuth(pulse, logId, readAuthSettings(process.env)));
  instances.set(pulse, made);
  made.catch(() => instances.delete(pulse));
  return made;
}

/** Answers what comes under `/api/auth`. */
export function answerAuth(auth: PeopleAuth, request: Request): Promise<Response> {
  return signIns.run({}, () => auth.handler(request));
}

function createPeopleAuth(pulse: Pulse, logId: string, { secret, publicUrl, oidc }: AuthSettings) {
  return betterAuth({
    appName: 'Pulse',
    basePath: authPath,
    ...(publicUrl && { baseURL: publicUrl }),
    // The front has compared the Host already where it must; a page of another origin is none of ours.
    trustedOrigins: async (request) => (request ? [new URL(request.url).origin] : []),
    secret,
    database: prismaAdapter(pulse.prisma, { provider: 'postgresql', transaction: true }),
    user: {
      modelName: 'person',
      additionalFields: { role: { type: 'string', input: false, defaultValue: 'viewer' } },
      ...(oidc && { validateUserInfo: ({ source }) => judge(oidc, source) }),
    },
    session: {
      fields: { userId: 'personId' },
      expiresIn: sessionSeconds,
      updateAge: dayInSeconds,
      // A session that was ended must be over at once, so each request looks it up.
      cookieCache: { enabled: false },
    },
    account: {
      fields: { userId: 'personId' },
      // Invited people prove nothing about their address, which an admin has typed; the provider's word counts.
      accountLinking: { enabled: true, requireLocalEmailVerified: false },
    },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 10, maxPasswordLength: 128 },
    rateLimit: { enabled: false }, // The front limits.
    telemetry: { enabled: false },
    advanced: {
      // A browser sends the cookies of one port to all others of the host, where another Pulse may be.
      cookiePrefix: `pulse-${logId}`,
      useSecureCookies: publicUrl?.startsWith('https:') ?? false,
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true },
      ipAddress: { ipAddressHeaders: [clientHeader] },
    },
    // It would log what was typed.
    logger: { disabled: true },
    onAPIError: {
      errorURL: '/sign-in',
      onError: (error) => {
        if (!isAPIError(error)) console.error('Signing in failed:', error);
      },
    },
    hooks: {
      after: createAuthMiddleware(async ({ path, body, context }) => {
        const signIn = signIns.getStore() ?? {};
        if (path === '/sign-in/email' && isAPIError(context.returned))
          return recordSignInFailed(pulse, { email: body?.email, how: 'password' });
        if (context.newSession && (path === '/sign-in/email' || path === '/callback/:id')) {
          const how = path === '/callback/:id' ? 'provider' : 'password';
          const claimedRole = how === 'provider' ? signIn.claimedRole : null;
          await recordSignIn(pulse, context.newSession.user, { how, claimedRole, joins: signIn.joins });
        }
      }),
    },
    plugins: [linksPlugin(pulse), ...(oidc ? [genericOAuth({ config: [describeProvider(oidc)] })] : [])],
  } satisfies BetterAuthOptions);
}

type Source = Parameters<NonNullable<NonNullable<BetterAuthOptions['user']>['validateUserInfo']>>[0]['source'];

/** Lets in whom the provider's claims give a role, and those who were here already or were invited. */
function judge(oidc: OidcSettings, { action, oauth }: Source) {
  const signIn = signIns.getStore();
  if (!oauth || !signIn) return;
  const role = readClaimedRole(oidc, (oauth.profile ?? {}) as Record<string, unknown>);
  if (action === 'create-user' && role === undefined) return { error: 'no_role' };
  signIn.joins = action === 'create-user';
  signIn.claimedRole = oidc.roleClaim !== undefined || signIn.joins ? (role ?? null) : null;
}

function describeProvider({ issuer, clientId, clientSecret, scopes }: OidcSettings) {
  return {
    providerId: oidcProvider,
    discoveryUrl: `${issuer}/.well-known/openid-configuration`,
    clientId,
    clientSecret,
    scopes,
    pkce: true,
    requireIdTokenVerification: true,
  };
}
