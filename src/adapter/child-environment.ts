const passedOn = new Set(['PULSE_HOME', 'PULSE_URL']);

/**
 * The environment of a role's program: the adapter's, without the way into its database and without what an outer
 * round or Pulse's own configuration put there, then the role's own, then the round's.
 */
export function makeChildEnvironment(
  inherited: NodeJS.ProcessEnv,
  own: Record<string, string>,
  round: Record<string, string>,
): NodeJS.ProcessEnv {
  const kept = Object.entries(inherited).filter(([name]) => !isPulsesOwn(name));
  return { ...Object.fromEntries(kept), ...own, ...round } as NodeJS.ProcessEnv;
}

function isPulsesOwn(name: string): boolean {
  return /^DATABASE_(OWNER_|DIRECT_)?URL$/.test(name) || (name.startsWith('PULSE_') && !passedOn.has(name));
}
