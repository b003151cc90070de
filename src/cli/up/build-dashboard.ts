import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { withLock } from '#server/db/embedded-lock.ts';
import { packageRoot } from '../package-root.ts';
import { hashDashboardSources } from './dashboard-sources.ts';

const buildDirectory = join(packageRoot, '.next');
/** Beside the build and not in it: a build begins by emptying its directory. */
const lockDirectory = join(packageRoot, 'node_modules', '.cache', 'pulse', 'build-lock');
const stampPath = join(buildDirectory, 'pulse-sources');

/**
 * Makes sure that the dashboard is built from the sources as they are; one process builds, others wait for it.
 *
 * **Shape** whether it had to be built.
 * **Errors** an Error with what the build printed when it fails; the signal's reason when that fires.
 */
export async function buildDashboard({
  log,
  signal,
}: {
  log: (message: string) => void;
  signal?: AbortSignal;
}): Promise<boolean> {
  if (await isBuilt()) return false;
  return withLock(lockDirectory, async () => {
    signal?.throwIfAborted();
    if (await isBuilt()) return false;
    log('Building the dashboard, once for these sources; it takes a minute …');
    const sources = await hashDashboardSources();
    await rm(stampPath, { force: true }); // A build that is interrupted leaves something that is no build.
    await runBuild(signal);
    await writeFile(stampPath, sources);
    return true;
  });
}

async function isBuilt(): Promise<boolean> {
  const [stamp, build] = await Promise.all(
    [stampPath, join(buildDirectory, 'BUILD_ID')].map((path) => readFile(path, 'utf8').catch(() => null)),
  );
  return build !== null && stamp !== null && stamp === (await hashDashboardSources());
}

async function runBuild(signal: AbortSignal | undefined): Promise<void> {
  const next = createRequire(import.meta.url).resolve('next/dist/bin/next');
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
  // In a process group of its own, so that an interrupted build leaves none of its workers behind.
  const child = spawn(process.execPath, [next, 'build'], {
    cwd: packageRoot,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const interrupt = () => child.pid && process.kill(-child.pid, 'SIGTERM');
  signal?.addEventListener('abort', interrupt, { once: true });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  signal?.removeEventListener('abort', interrupt);
  signal?.throwIfAborted();
  if (code !== 0) throw new Error(`The dashboard can't be built:\n${output.trim()}`);
}
