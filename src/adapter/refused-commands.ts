import type { WorkflowDefinition } from '#domain/definition.ts';
import { findAllowing } from '#server/adapters/find-allowing.ts';
import type { Pulse } from '#server/pulse.ts';

/** The definitions whose workflows an adapter that does not allow commands can only end, since their input names programs. */
export interface RefusedCommands {
  /** What stands in for a definition: it ends its workflows, and says why. */
  replace(definition: WorkflowDefinition): WorkflowDefinition;
  /** Whether its workflows are left to another adapter, which allows commands and was alive when this one last looked. */
  isLeftToOthers(name: string): boolean;
  /** Looks for such adapters. **Shape** whether something is left to them no more. **Errors** `UNAVAILABLE` */
  lookForOthers(pulse: Pulse): Promise<boolean>;
}

export function createRefusedCommands(definitions: readonly WorkflowDefinition[], isAllowed: boolean): RefusedCommands {
  const refused = new Set(isAllowed ? [] : definitions.filter((one) => one.commandsFromInput).map(({ name }) => name));
  let left: ReadonlySet<string> = new Set();
  return {
    replace: (definition) => (refused.has(definition.name) ? endAtOnce(definition) : definition),
    isLeftToOthers: (name) => left.has(name),
    lookForOthers: async (pulse) => {
      if (refused.size === 0) return false;
      const before = left;
      left = new Set(await findAllowing(pulse, [...refused]));
      return [...before].some((name) => !left.has(name));
    },
  };
}

function endAtOnce(definition: WorkflowDefinition): WorkflowDefinition {
  return {
    ...definition,
    moderator: () => {
      const how = 'start it with --allow-commands or PULSE_ALLOW_COMMANDS=1';
      throw new Error(
        `its input names programs to run, and this adapter runs none of those; ${how} if you trust all who may start workflows`,
      );
    },
  };
}
