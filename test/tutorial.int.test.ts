import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { packageRoot } from '#cli/package-root.ts';
import { buildDashboard } from '#cli/up/build-dashboard.ts';
import { createPulseClient } from '#client/index.ts';

/** What a reader of the tutorial does at a fenced block. */
interface Block {
  language: string;
  text: string;
}

const readerDirectory = 'my-workflows';

let home: string;
let env: NodeJS.ProcessEnv;
let up: ChildProcess | undefined;

beforeAll(async () => {
  await buildDashboard({ log: () => {} });
  // Inside the clone, where the reader works, and where git does not look.
  await mkdir(join(packageRoot, '.pulse'), { recursive: true });
  home = await mkdtemp(join(packageRoot, '.pulse', 'tutorial-'));
  // With the database that comes with Pulse, as the reader has it: so there is a token for this machine.
  const { DATABASE_URL: _, DATABASE_OWNER_URL: __, ...inherited } = process.env;
  env = { ...inherited, PULSE_HOME: home, PORT: '0' };
}, 300_000);

afterAll(async () => {
  const ended = new Promise((resolve) => (up ? up.once('close', resolve) : resolve(null)));
  up?.kill('SIGTERM');
  await ended;
  await rm(home, { recursive: true, force: true });
});

async function readBlocks(): Promise<Block[]> {
  const page = await readFile(join(packageRoot, 'docs/tutorial.md'), 'utf8');
  const here = page.replaceAll(readerDirectory, relative(packageRoot, join(home, readerDirectory)));
  return [...here.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({ language, text }));
}

/** Writes the file that the first line of its text names. */
async function save(text: string): Promise<void> {
  const [, path = ''] = /^\/\/ (\S+)\n/.exec(text) ?? [];
  await mkdir(dirname(join(packageRoot, path)), { recursive: true });
  await writeFile(join(packageRoot, path), text);
}

/** Runs a line of a shell, without the wrapper that npx puts around a command. The one that goes on is left to itself once it is ready. */
async function run(line: string): Promise<void> {
  const [, typed = '', exitCode = '0'] = /^(.*?)(?: # exit (\d+))?$/.exec(line) ?? [];
  const command = typed.replace('npx upulse', 'node bin/upulse.js').replace('npx tsx', 'node_modules/.bin/tsx');
  if (command.includes('upulse.js up')) return startPulse(command);
  const options = { cwd: packageRoot, env: toEnvironment(command) };
  const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
    execFile('sh', ['-c', command], options, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, output: stdout + stderr }),
    );
  });
  expect({ command, code, output }).toMatchObject({ code: Number(exitCode) });
}

/** The reader's own tests make databases of their own, here on the server of all tests. */
function toEnvironment(command: string): NodeJS.ProcessEnv {
  if (!command.includes('--test')) return env;
  const { url, ownerUrl } = inject('testServer');
  return { ...env, DATABASE_URL: url, DATABASE_OWNER_URL: ownerUrl };
}

async function startPulse(command: string): Promise<void> {
  const child = spawn('sh', ['-c', `exec ${command}`], { cwd: packageRoot, env });
  up = child;
  let output = '';
  env.PULSE_URL = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk;
      const [, url] = /^Pulse is ready: (\S+)$/m.exec(output) ?? [];
      if (url) resolve(url);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('close', () => reject(new Error(output)));
  });
}

test('every step of the tutorial works, and what it tells is true', { timeout: 300_000 }, async () => {
  for (const { language, text } of await readBlocks()) {
    if (language === 'ts') await save(text);
    else for (const line of text.trim().split('\n')) await run(line);
  }
  const token = (await readFile(join(home, 'admin-token'), 'utf8')).trim();
  const client = createPulseClient({ url: env.PULSE_URL as string, token });
  const get = (key: string) => client.workflow.get.query({ key });
  const read = async (key: string) => (await client.workflow.timeline.query({ key })).entries;
  await expect.poll(() => get('first'), { timeout: 10_000 }).toMatchObject({ status: 'ended', outcome: 'succeeded' });
  expect(await get('second')).toMatchObject({ status: 'aborted', reason: 'tried long enough' });
  await expect
    .poll(async () => (await read('second')).find(({ kind }) => kind === 'until.__stopped__'), { timeout: 10_000 })
    .toMatchObject({ payload: { how: 'SIGKILL' } });
  expect((await read('second')).find(({ type }) => type === 'refusal')).toMatchObject({ guard: 'workflow-lifecycle' });
});
