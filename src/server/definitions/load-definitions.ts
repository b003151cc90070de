import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { WorkflowDefinition } from '#domain/definition.ts';
import { invalidInput } from '#domain/errors.ts';
import { type DefinitionProblem, type DefinitionSet, shipped } from '../definitions.ts';
import { type CheckedExports, checkExports } from './check-exports.ts';
import { registerKit } from './register-kit.ts';

const sourceFile = /\.(ts|js|mjs)$/;
const notForLoading = /\.(d|test|spec)\.[^.]+$/;

/**
 * Loads the definitions of a directory beside the shipped ones: what its `.ts`, `.js` and `.mjs` files export, in order of name.
 * Subdirectories, declarations and tests are left alone.
 *
 * **Shape** a file that can't be loaded, or that exports what is no definition or has a name that is taken, is among
 * `problems`; all others are loaded. **Errors** `INVALID_INPUT` when there is no such directory.
 */
export async function loadDefinitions(
  directory: string,
  { timeoutMs = 10_000 }: { timeoutMs?: number } = {},
): Promise<DefinitionSet> {
  const root = await realpath(directory).catch(() => directory);
  const entries = await readdir(root, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw invalidInput(
      'workflows',
      `${directory} can't be read as a directory (${error.code}); name the one that holds them`,
    );
  });
  const files = entries
    .filter((entry) => !entry.isDirectory() && sourceFile.test(entry.name) && !notForLoading.test(entry.name))
    .map(({ name }) => name)
    .sort();
  registerKit(root);
  const definitions = [...shipped.definitions];
  const problems: DefinitionProblem[] = [];
  for (const file of files) {
    const found = await loadFile(join(root, file), timeoutMs);
    for (const definition of found.definitions) {
      if (!isTaken(definitions, definition)) definitions.push(definition);
      else found.problems.push(`the name '${definition.name}' is taken: choose another`);
    }
    problems.push(...found.problems.map((problem) => ({ file, problem })));
  }
  return { definitions, problems };
}

function isTaken(definitions: WorkflowDefinition[], { name }: WorkflowDefinition): boolean {
  return definitions.some((other) => other.name === name);
}

async function loadFile(path: string, timeoutMs: number): Promise<CheckedExports> {
  const waiting = new AbortController();
  const inVain = sleep(timeoutMs, undefined, { signal: waiting.signal }).then(() => {
    throw new Error(`it was not loaded within ${timeoutMs} ms; what does it await?`);
  });
  try {
    const exports: Record<string, unknown> = await Promise.race([import(pathToFileURL(path).href), inVain]);
    return checkExports(exports);
  } catch (error) {
    return { definitions: [], problems: [describe(error)] };
  } finally {
    inVain.catch(() => {});
    waiting.abort();
  }
}

function describe(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
