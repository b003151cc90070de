import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { sampleFiles } from './sample-files.ts';

const execute = promisify(execFile);

/**
 * Makes the demo's git repository in a directory, with one commit, where there isn't one yet.
 *
 * It appears at once and complete, so that a start that was interrupted, or two at the same time, leave no half of it.
 * **Shape** the directory's real path.
 * **Errors** throws, saying what to do, when git is missing or something else is in the way.
 */
export async function createSampleRepository(directory: string): Promise<string> {
  const path = resolve(directory);
  if (await exists(join(path, '.git'))) return realpath(path);
  await mkdir(dirname(path), { recursive: true });
  const draft = await mkdtemp(`${path}.draft-`);
  try {
    await writeSample(draft);
    await rename(draft, path);
  } catch (error) {
    if (await exists(join(path, '.git'))) return realpath(path);
    throw explain(error, path);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return realpath(path);
}

async function writeSample(directory: string): Promise<void> {
  for (const [name, text] of Object.entries(sampleFiles)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  await git(directory, 'init', '--quiet', '--template=');
  await git(directory, 'symbolic-ref', 'HEAD', 'refs/heads/main');
  await git(directory, 'config', 'user.name', 'Pulse demo');
  await git(directory, 'config', 'user.email', 'demo@localhost');
  await git(directory, 'add', '--all');
  await git(directory, '-c', 'commit.gpgSign=false', 'commit', '--quiet', '--message=Greet in Japanese');
}

async function git(cwd: string, ...args: string[]): Promise<void> {
  const env = { ...process.env };
  // A demo started by a git hook would otherwise commit to the repository of that hook.
  for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_COMMON_DIR', 'GIT_PREFIX']) delete env[name];
  await execute('git', ['-c', 'core.hooksPath=/dev/null', ...args], { cwd, env });
}

function explain(error: unknown, path: string): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return new Error('The demo needs git: install it and start again.', { cause: error });
  if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') {
    return new Error(`${path} holds something that is not the demo's repository: move it away.`, { cause: error });
  }
  return new Error(`The demo's repository cannot be made in ${path}: ${(error as Error).message}`, { cause: error });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
