import { expect, it } from 'vitest';
import { readClaimedRole } from './claimed-role.ts';
import { readAuthSettings } from './settings.ts';

const base = { PULSE_SECRET: 'x'.repeat(32), PULSE_OIDC_ISSUER: 'https://id.example', PULSE_OIDC_CLIENT_ID: 'a' };
const read = (env: Record<string, string>) =>
  readAuthSettings({ ...base, PULSE_OIDC_CLIENT_SECRET: 'b', ...env }).oidc as NonNullable<
    ReturnType<typeof readAuthSettings>['oidc']
  >;

it('gives the highest of the roles that a claim names', () => {
  const oidc = read({ PULSE_OIDC_ROLE_CLAIM: 'groups', PULSE_OIDC_ROLES: 'ops=operator, leads = admin' });
  expect(readClaimedRole(oidc, { groups: ['ops', 'leads', 'other'] })).toBe('admin');
  expect(readClaimedRole(oidc, { groups: 'ops' })).toBe('operator');
  expect(readClaimedRole(oidc, { groups: ['viewer'] })).toBe('viewer');
  for (const groups of [undefined, null, [], ['other'], 7, { admin: true }])
    expect(readClaimedRole(oidc, { groups }), String(groups)).toBeUndefined();
});

it('gives the default role where the claim gives none, and else nobody gets in by signing in alone', () => {
  expect(readClaimedRole(read({ PULSE_OIDC_ROLE_CLAIM: 'groups', PULSE_OIDC_DEFAULT_ROLE: 'viewer' }), {})).toBe(
    'viewer',
  );
  expect(readClaimedRole(read({ PULSE_OIDC_DEFAULT_ROLE: 'viewer' }), { groups: ['admin'] })).toBe('viewer');
  expect(readClaimedRole(read({}), { groups: ['admin'], role: 'admin' })).toBeUndefined();
});

it.each([
  [{ PULSE_OIDC_CLIENT_SECRET: '' }, 'PULSE_OIDC_CLIENT_SECRET'],
  [{ PULSE_OIDC_ISSUER: 'acme' }, 'PULSE_OIDC_ISSUER'],
  [{ PULSE_OIDC_ROLES: 'ops' }, 'PULSE_OIDC_ROLES'],
  [{ PULSE_OIDC_ROLES: 'ops=root' }, 'PULSE_OIDC_ROLES'],
  [{ PULSE_OIDC_DEFAULT_ROLE: 'root' }, 'PULSE_OIDC_DEFAULT_ROLE'],
  [{ PUBLIC_URL: 'pulse.example' }, 'PUBLIC_URL'],
  [{ PUBLIC_URL: 'https://pulse.example/under' }, 'PUBLIC_URL'],
  [{ PULSE_SECRET: 'short' }, 'PULSE_SECRET'],
])('refuses %j and names the variable', (env, variable) => {
  expect(() => read(env)).toThrow(
    expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringContaining(variable) }),
  );
});
