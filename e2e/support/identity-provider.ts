import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** An OpenID Connect provider for a test, with sign-in pages of its own. Whoever names themselves there is let in. */
export interface IdentityProvider {
  /** What a Pulse is told of it. */
  env: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts one for the Pulse at an address. `groups` are whose groups it tells. */
export async function startIdentityProvider(
  pulseUrl: string,
  groups: Readonly<Record<string, string[]>>,
): Promise<IdentityProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [clientId, clientSecret] = ['pulse', 'a secret of the test'];
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [`${pulseUrl}/api/auth/callback/oidc`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        email: `${id}@example.test`,
        email_verified: true,
        name: id,
        groups: groups[id] ?? [],
      }),
    }),
  });
  server.on('request', provider.callback());
  return {
    env: {
      PULSE_OIDC_ISSUER: issuer,
      PULSE_OIDC_CLIENT_ID: clientId,
      PULSE_OIDC_CLIENT_SECRET: clientSecret,
      PULSE_OIDC_NAME: 'Acme',
      PULSE_OIDC_ROLE_CLAIM: 'groups',
      PULSE_OIDC_ROLES: 'acme-ops=operator,acme-leads=admin',
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
