import { Role } from '#domain/access.ts';
import { invalidInput } from '#domain/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How people sign in to this server, from its environment. */
export interface AuthSettings {
  /** Signs cookies. Servers of one database have one. */
  secret: string;
  /** Where browsers find this server, such as `https://pulse.example`. Undefined: wherever they do. */
  publicUrl: string | undefined;
  oidc: OidcSettings | undefined;
}

/** An OpenID Connect provider that people may sign in with. */
export interface OidcSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** What the button says. */
  name: string;
  scopes: string[];
  /** The claim that tells the role: a text, or a list of them such as groups. */
  roleClaim: string | undefined;
  /** Which values of the claim stand for which role. */
  roles: ReadonlyMap<string, Role>;
  /** The role of those whom the claim gives none. Undefined: only who was invited gets in. */
  defaultRole: Role | undefined;
}

/** **Errors** `INVALID_INPUT` that names the variable. */
export function readAuthSettings(env: Environment): AuthSettings {
  const secret = env.PULSE_SECRET;
  if (!secret || secret.length < 32) throw invalidInput('PULSE_SECRET', 'must have 32 characters or more');
  return { secret, publicUrl: readPublicUrl(env), oidc: readOidc(env) };
}

/** `PUBLIC_URL` without a path. **Errors** `INVALID_INPUT` for one that is no origin. */
export function readPublicUrl({ PUBLIC_URL: url }: Environment): string | undefined {
  if (!url) return undefined;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || !/^\/?$/.test(new URL(url).pathname))
    throw invalidInput('PUBLIC_URL', `must be like https://pulse.example, not '${url}'`);
  return new URL(url).origin;
}

function readOidc(env: Environment): OidcSettings | undefined {
  const { PULSE_OIDC_ISSUER: issuer, PULSE_OIDC_CLIENT_ID: clientId, PULSE_OIDC_CLIENT_SECRET: clientSecret } = env;
  if (!issuer) return undefined;
  if (!URL.canParse(issuer)) throw invalidInput('PULSE_OIDC_ISSUER', `must be a URL, not '${issuer}'`);
  if (!clientId || !clientSecret)
    throw invalidInput('PULSE_OIDC_ISSUER', 'needs PULSE_OIDC_CLIENT_ID and PULSE_OIDC_CLIENT_SECRET too');
  return {
    issuer: issuer.replace(/\/$/, ''),
    clientId,
    clientSecret,
    name: env.PULSE_OIDC_NAME || 'single sign-on',
    scopes: (env.PULSE_OIDC_SCOPES || 'openid email profile').split(/\s+/),
    roleClaim: env.PULSE_OIDC_ROLE_CLAIM || undefined,
    roles: readRoles(env.PULSE_OIDC_ROLES),
    defaultRole: env.PULSE_OIDC_DEFAULT_ROLE
      ? readRole('PULSE_OIDC_DEFAULT_ROLE', env.PULSE_OIDC_DEFAULT_ROLE)
      : undefined,
  };
}

/** `ops=operator,platform-team=admin`; each role's own name stands for it too. */
function readRoles(text: string | undefined): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>(Role.options.map((role) => [role, role]));
  for (const pair of text?.split(',') ?? []) {
    const equals = pair.lastIndexOf('=');
    if (equals < 1) throw invalidInput('PULSE_OIDC_ROLES', `must be like ops=operator,leads=admin, not '${text}'`);
    roles.set(pair.slice(0, equals).trim(), readRole('PULSE_OIDC_ROLES', pair.slice(equals + 1).trim()));
  }
  return roles;
}

function readRole(variable: string, text: string): Role {
  const role = Role.safeParse(text);
  if (!role.success) throw invalidInput(variable, `must name ${Role.options.join(', ')}, not '${text}'`);
  return role.data;
}
