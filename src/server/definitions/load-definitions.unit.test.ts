import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DefinitionProblem, DefinitionSummary } from '../definitions.ts';
import { loadDefinitions } from './load-definitions.ts';

const program = fileURLToPath(new URL('./testing/print-definitions.ts', import.meta.url));

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pulse-definitions-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Loads the directory with these files in it, in a process that works there. */
async function load(files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), program, directory],
    { cwd: directory },
  );
  return JSON.parse(stdout) as { listed: DefinitionSummary[]; problems: DefinitionProblem[] };
}

const define = (name: string) => `defineWorkflow(
  { name: '${name}', description: 'Says hello.', input: z.object({ who: z.string().describe('Whom.') }), maxRounds: 1 },
  { roles: { hello: command({ run: 'echo hello' }) }, moderator: () => ({ role: 'hello' }) },
)`;
const imports = "import { z } from 'zod';\nimport { command, defineWorkflow } from 'pulse/workflows';\n";

test('definitions are found in TypeScript and JavaScript, by default and by name, where nothing is installed', async () => {
  const { listed, problems } = await load({
    'typed.ts': `${imports}import { same } from './inner/same.ts';\nexport default same(${define('typed')});`,
    'plain.js': `${imports}export const plain = await Promise.resolve(${define('plain')});`,
    'both.mjs': `${imports}export const one = ${define('one')};\nexport const two = ${define('two')};\nexport default one;`,
    'inner/same.ts': 'export const same = <T>(value: T): T => value;',
    'typed.test.ts': "throw new Error('a test is not for loading');",
    'types.d.ts': 'export type Name = string;',
    'notes.md': 'Not code.',
  });
  expect(problems).toEqual([]);
  expect(listed.map(({ name }) => name)).toEqual(['meta', 'one', 'pipeline', 'plain', 'two', 'typed']);
  expect(listed.at(-1)).toMatchObject({
    description: 'Says hello.',
    inputSchema: { properties: { who: { description: 'Whom.' } }, required: ['who'] },
  });
});

test('a file that is broken in any way names itself, and stops nothing else', async () => {
  const { listed, problems } = await load({
    'a-good.ts': `${imports}export default ${define('good')};`,
    'b-syntax.ts': 'export default {{',
    'c-throws.js': "throw new Error('no token is set');",
    'd-hangs.mjs': 'await new Promise(() => {});',
    'e-missing.ts': "import 'nowhere-to-be-found';",
    'f-taken.ts': `${imports}export const again = ${define('good')};\nexport const shipped = ${define('meta')};`,
    'g-none.ts': 'export const helper = () => 1;',
    'h-half.js': `${imports}export const fine = ${define('fine')};\nexport const half = { ...fine, roles: 7, input: {}, maxRounds: 0 };`,
    'i-default.js': 'export default () => 1;',
    'j-throws-text.js': "throw 'just a text';",
  });
  expect(listed.map(({ name }) => name)).toEqual(['fine', 'good', 'meta', 'pipeline']);
  expect(problems.map(({ file, problem }) => `${file}: ${problem}`)).toEqual([
    expect.stringMatching(/^b-syntax\.ts: .*Expected/),
    'c-throws.js: no token is set',
    'd-hangs.mjs: it was not loaded within 1000 ms; what does it await?',
    expect.stringMatching(/^e-missing\.ts: Cannot find package 'nowhere-to-be-found'/),
    "f-taken.ts: the name 'good' is taken: choose another",
    "f-taken.ts: the name 'meta' is taken: choose another",
    'g-none.ts: it exports no definition; what others only import belongs into a directory of its own',
    "h-half.js: its export 'half' is no definition: input must be a schema of zod 4; maxRounds must be at least 1; roles must be roles by name",
    expect.stringMatching(/^i-default\.js: its export 'default' is no definition: /),
    'j-throws-text.js: just a text',
  ]);
});

test('a directory that is not there is refused', async () => {
  await expect(loadDefinitions(join(directory, 'nowhere'))).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining('nowhere'),
  });
});
