import { aliveMs } from '../adapters/list-adapters.ts';
import { toUnavailable } from '../db/connection.ts';
import { type DefinitionSummary, listDefinitions } from '../definitions.ts';
import type { Pulse } from '../pulse.ts';

/** What can be started, and what its workflows would meet now. */
export interface StartableDefinition extends DefinitionSummary {
  /**
   * Why a workflow that is started now may not run: `no-adapter` that is alive runs it, so it waits for one; `commands-refused`:
   * its input names programs, and no adapter that is alive and runs it allows those, so it ends as failed.
   * Null when nothing is known against it.
   */
  hindrance: 'no-adapter' | 'commands-refused' | null;
}

/** Lists the definitions that can be started, by name. **Errors** `UNAVAILABLE` */
export async function listStartable(pulse: Pulse): Promise<StartableDefinition[]> {
  const running = pulse.prisma.$queryRaw<{ name: string; allowCommands: boolean }[]>`
    SELECT name, bool_or(a.allows_commands) AS "allowCommands"
    FROM adapter a CROSS JOIN unnest(a.definitions) AS name
    WHERE a.seen_at > now() - ${aliveMs}::int * interval '1 ms'
    GROUP BY name`;
  const rows = await running.catch((error) => {
    throw toUnavailable(error);
  });
  const allows = new Map(rows.map(({ name, allowCommands }) => [name, allowCommands]));
  const named = new Set(
    pulse.definitions.definitions.filter(({ commandsFromInput }) => commandsFromInput).map(({ name }) => name),
  );
  return listDefinitions(pulse).map((definition) => {
    const { name } = definition;
    const isRefused = named.has(name) && !allows.get(name);
    const hindrance = !allows.has(name) ? 'no-adapter' : isRefused ? 'commands-refused' : null;
    return { ...definition, hindrance };
  });
}
