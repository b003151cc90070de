import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createPulseClient, type PulseClient } from '#client/index.ts';
import { packageRoot } from './package-root.ts';
import { runUpulse, startUpulse, type UpulseRun } from './testing/run-upulse.ts';
import { buildDashboard } from './up/build-dashboard.ts';

const startTimeoutMs = 60_000;

let home: string;
let run: UpulseRun | undefined;

beforeAll(async () => {
  await buildDashboard({ log: () => {} });
}, 300_000);

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'pulse-up-'));
});

afterEach(async () => {
  await run?.stop('SIGKILL');
  await expect.poll(findProcesses, { timeout: 15_000 }).toEqual([]);
  await rm(home, { recursive: true, force: true });
});

/** The processes that know of the home, by their arguments or their environment. */
async function findProcesses(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['axeww', '-o', 'pid=,stat=,command='], { maxBuffer: 1e8 });
  return stdout
    .split('\n')
    .filter((line) => line.includes(home) && !/^\s*\d+\s+Z/.test(line) && !line.includes('ps axeww'));
}

async function startUp(...options: string[]): Promise<string> {
  const env = { PULSE_HOME: home, PORT: '0', PULSE_ALLOW_COMMANDS: '1' };
  run = startUpulse(['up', ...options], { env, detached: true });
  await run.waitFor(/^Pulse is ready: .*\n/m);
  return /^Pulse is ready: (http:\/\/127\.0\.0\.1:\d+)$/m.exec(run.stdout())?.[1] ?? '';
}

/** A client with the token of the home. */
async function makeClient(url: string): Promise<PulseClient> {
  return createPulseClient({ url, token: (await readFile(join(home, 'admin-token'), 'utf8')).trim() });
}

test('everything runs, Ctrl-C stops it all, and a second start has kept the data', {
  timeout: startTimeoutMs,
}, async () => {
  const url = await startUp();
  const lines = run?.stdout().trimEnd().split('\n') ?? [];
  const ours =
    /^(Creating the embedded database|The embedded database runs|Adapter \S+ runs|Set up Pulse|Pulse is ready)\b/;
  expect(lines.filter((line) => !ours.test(line))).toEqual([]);
  const started = await runUpulse(
    ['workflow', 'start', 'pipeline', '--key', 'k1', '--input', '{"steps":[{"role":"wait","run":"sleep 600"}]}'],
    { env: { PULSE_URL: url, PULSE_HOME: home } },
  );
  expect(started).toEqual({ code: 0, stdout: 'k1\n', stderr: '' });
  expect((await stat(join(home, 'admin-token'))).mode & 0o777).toBe(0o600);
  const client = await makeClient(url);
  await expect.poll(async () => (await client.workflow.get.query({ key: 'k1' })).role).toBe('wait');
  await expect.poll(findProcesses).toContainEqual(expect.stringContaining('sleep 600'));

  // As a terminal does: to the whole process group, the adapter too.
  expect(await run?.stop('SIGINT', { group: true })).toBe(0);
  expect(run?.stderr()).toBe('');
  expect(await findProcesses()).toEqual([]);

  const again = await makeClient(await startUp('--no-adapter'));
  expect(await again.workflow.get.query({ key: 'k1' })).toMatchObject({ status: 'active' });
  expect(await run?.stop('SIGTERM')).toBe(0);
});

test('when it is killed, the adapter stops its roles and the database', { timeout: startTimeoutMs }, async () => {
  const client = await makeClient(await startUp('--demo'));
  await expect
    .poll(async () => (await client.workflow.get.query({ key: 'wait-for-approval' })).role, { timeout: 10_000 })
    .toBe('wait');
  await run?.stop('SIGKILL');
  // afterEach sees that nothing is left.
});

test('a port in use is a usage error that names PORT', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const { code, stderr } = await runUpulse(['up'], { env: { PULSE_HOME: home, PORT: String(port) } });
  other.close();
  expect(code).toBe(2);
  expect(stderr).toContain(`PORT ${port} is in use on 127.0.0.1`);
});

test('npx finds the command', async () => {
  const child = spawn('npx', ['upulse', '--version'], { cwd: packageRoot, stdio: ['ignore', 'pipe', 'ignore'] });
  let stdout = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
