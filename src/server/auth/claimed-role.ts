import { isAtLeast, type Role } from '#domain/access.ts';
import type { OidcSettings } from './settings.ts';

/**
 * The role that a provider's claims give: of several the highest, else the default one.
 *
 * **Shape** undefined where they give none, and there is no default.
 */
export function readClaimedRole(
  { roleClaim, roles, defaultRole }: Pick<OidcSettings, 'roleClaim' | 'roles' | 'defaultRole'>,
  claims: Readonly<Record<string, unknown>>,
): Role | undefined {
  if (roleClaim === undefined) return defaultRole;
  const values = [claims[roleClaim] ?? []].flat();
  const given = values.flatMap((value) => roles.get(String(value)) ?? []);
  return (
    given.reduce<Role | undefined>((best, role) => (best && isAtLeast(best, role) ? best : role), undefined) ??
    defaultRole
  );
}
