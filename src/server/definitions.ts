import { z } from 'zod';
import type { WorkflowDefinition } from '#domain/definition.ts';
import { invalidInput, PulseError } from '#domain/errors.ts';
import type { Json } from '#domain/json.ts';
import { definitions } from '#workflows/index.ts';
import { parseInput } from './parse-input.ts';

/** What a client needs to know of a definition to start it. */
export interface DefinitionSummary {
  name: string;
  description: string;
  maxRounds: number;
  /** JSON Schema (draft 2020-12) of the input. */
  inputSchema: Json;
}

/** Lists the definitions that can be started, by name. */
export function listDefinitions(): DefinitionSummary[] {
  return definitions
    .map(({ name, description, maxRounds, input }) => ({
      name,
      description,
      maxRounds,
      inputSchema: z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as Json,
    }))
    .sort((left, right) => left.name.localeCompare(right.name));
}

/**
 * Finds a definition and checks an input against its schema.
 *
 * **Errors** `NOT_FOUND` for an unknown name, `INVALID_INPUT` whose paths begin with `input`.
 */
export function checkStart(name: string, input: Json): Pick<WorkflowDefinition, 'maxRounds' | 'timeoutMs'> {
  const definition = definitions.find((candidate) => candidate.name === name);
  if (!definition) {
    const known = definitions.map((candidate) => candidate.name).join(', ');
    throw new PulseError('NOT_FOUND', `There is no definition '${name}'; there are: ${known}`, {
      what: 'definition',
      id: name,
    });
  }
  if (input === null || typeof input !== 'object') throw invalidInput('input', 'must be a JSON object');
  parseInput(z.object({ input: definition.input }), { input });
  return definition;
}
