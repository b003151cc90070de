import { z } from 'zod';
import type { WorkflowDefinition } from '#domain/definition.ts';
import { invalidInput, PulseError } from '#domain/errors.ts';
import type { Json } from '#domain/json.ts';
import { definitions as shippedDefinitions } from '#workflows/index.ts';
import { parseInput } from './parse-input.ts';
import type { Pulse } from './pulse.ts';

/** What can be started here, and what could not be loaded. */
export interface DefinitionSet {
  definitions: readonly WorkflowDefinition[];
  problems: readonly DefinitionProblem[];
}

/** Why a file of the workflows directory, or one of its definitions, was not loaded. */
export interface DefinitionProblem {
  file: string;
  problem: string;
}

/** The definitions that come with Pulse. */
export const shipped: DefinitionSet = { definitions: shippedDefinitions, problems: [] };

/** What a client needs to know of a definition to start it. */
export interface DefinitionSummary {
  name: string;
  description: string;
  maxRounds: number;
  /** JSON Schema (draft 2020-12) of the input. */
  inputSchema: Json;
}

/** Lists the definitions that can be started, by name. */
export function listDefinitions({ definitions }: Pulse): DefinitionSummary[] {
  return definitions.definitions
    .map(({ name, description, maxRounds, input }) => ({
      name,
      description,
      maxRounds,
      inputSchema: z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as Json,
    }))
    .sort((left, right) => left.name.localeCompare(right.name));
}

/** Lists what of the workflows directory could not be loaded, by file; nothing when all is well or there is none. */
export function listDefinitionProblems({ definitions }: Pulse): readonly DefinitionProblem[] {
  return definitions.problems;
}

/**
 * Finds a definition and checks an input against its schema.
 *
 * **Errors** `NOT_FOUND` for an unknown name, `INVALID_INPUT` whose paths begin with `input`.
 */
export function checkStart(
  { definitions: { definitions, problems } }: Pick<Pulse, 'definitions'>,
  name: string,
  input: Json,
): Pick<WorkflowDefinition, 'maxRounds' | 'timeoutMs'> {
  const definition = definitions.find((candidate) => candidate.name === name);
  if (!definition) {
    const known = definitions.map((candidate) => candidate.name).join(', ');
    const broken = problems.map(({ file, problem }) => `. Not loaded: ${file}: ${problem}`).join('');
    throw new PulseError('NOT_FOUND', `There is no definition '${name}'; there are: ${known}${broken}`, {
      what: 'definition',
      id: name,
    });
  }
  if (input === null || typeof input !== 'object') throw invalidInput('input', 'must be a JSON object');
  parseInput(z.object({ input: definition.input }), { input });
  return definition;
}
