import { resolve } from 'node:path';
import { loadDefinitions } from '#server/definitions/load-definitions.ts';
import { type DefinitionSet, shipped } from '#server/definitions.ts';

/**
 * Loads the definitions that this process can run: those that ship, and those of the directory that `--workflows` or
 * PULSE_WORKFLOWS names. Threads and processes that it starts find the directory in its environment.
 *
 * Errors: INVALID_INPUT when there is no such directory. A file that is broken is reported, and all others are loaded.
 */
export async function loadWorkflows(
  option: string | undefined,
  report: (line: string) => void,
): Promise<DefinitionSet> {
  const directory = option ?? process.env.PULSE_WORKFLOWS;
  if (!directory) return shipped;
  process.env.PULSE_WORKFLOWS = resolve(directory);
  const set = await loadDefinitions(process.env.PULSE_WORKFLOWS);
  for (const { file, problem } of set.problems) report(`${file}: ${problem}`);
  return set;
}
