import { GuardDefinition } from '#domain/guard.ts';
import { matchesKind } from '#domain/kind.ts';
import type { CompiledGuard, CompiledSource } from './compile.ts';

/**
 * Stands in for a guard that was applied and can't be asked: its definition is not allowed any more, or is missing.
 *
 * It fails closed: it refuses what the guard would decide about, or everything when that can't be told. The log's own key
 * is not for it to decide about, so it can be switched off.
 */
export function makeUnusable(name: string, stored: unknown, problem: string): CompiledGuard {
  const parsed = GuardDefinition.safeParse(stored);
  const definition = parsed.data ?? { name, initial_value: null, sources: [] };
  const fail = () => {
    throw new Error(`${problem}; disable ${name} or apply another definition`);
  };
  const source: CompiledSource = {
    definition: { kind: '*.*', check: `${name} can be asked`, transition: 'state' },
    check: fail,
    transition: fail,
  };
  const decidesAbout = (kind: string) => definition.sources.some((source) => matchesKind(source.kind, kind));
  return {
    name,
    stateName: name, // It knows nothing of any key, and reads no history.
    definition,
    initialValue: null,
    pickSource: (kind) => (!parsed.success || decidesAbout(kind) ? source : undefined),
    problem,
  };
}
