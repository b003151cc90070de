import { dirname } from 'node:path';
import type { CommandResult, CommandSpec } from '#domain/role.ts';
import type { MetaContext } from './input.ts';

// An adapter that was itself started by a git hook has these set; they would point every git below at that repository.
const hookVariables = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_COMMON_DIR', 'GIT_PREFIX'];
const unsetHookVariables = ['env', ...hookVariables.flatMap((name) => ['-u', name])] as const;

const settings = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'commit.gpgSign': 'false',
  'advice.detachedHead': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
};
const settingArguments = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

const identity = {
  GIT_AUTHOR_NAME: 'Pulse',
  GIT_AUTHOR_EMAIL: 'pulse@localhost',
  GIT_COMMITTER_NAME: 'Pulse',
  GIT_COMMITTER_EMAIL: 'pulse@localhost',
};

/**
 * Runs a program in a directory, on that directory's own repository and no other.
 *
 * **Shape** resolves also when the program fails.
 * **Errors** throws the abort's reason when the workflow was aborted meanwhile.
 */
export async function runIn(
  context: MetaContext,
  cwd: string,
  program: readonly string[],
  spec: Pick<CommandSpec, 'env' | 'stdin'> = {},
): Promise<CommandResult> {
  // A worktree may lie inside another repository. The ceiling keeps git from climbing into that one, should an agent
  // have removed the worktree's own .git file.
  const env = { ...spec.env, GIT_CEILING_DIRECTORIES: dirname(cwd) };
  const result = await context.exec({ run: [...unsetHookVariables, ...program], cwd, env, stdin: spec.stdin });
  context.signal.throwIfAborted();
  return result;
}

/** Runs git without hooks, prompts, signing or the need of a configured identity. Resolves also when git fails. */
export function tryGit(context: MetaContext, cwd: string, ...args: string[]): Promise<CommandResult> {
  const env = { ...identity, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
  return runIn(context, cwd, ['git', ...settingArguments, ...args], { env });
}

/** Runs git as {@link tryGit} does. **Shape** its trimmed output. **Errors** throws with git's own words when it fails. */
export async function git(context: MetaContext, cwd: string, ...args: string[]): Promise<string> {
  const { exitCode, signal, stdout, stderr } = await tryGit(context, cwd, ...args);
  if (exitCode === 0) return stdout.trim();
  if (exitCode === 127) throw new Error("git is not installed, or not in the adapter's PATH: install it.");
  const said = stderr.trim() || stdout.trim() || (signal ? `ended by ${signal}` : `exit code ${exitCode}`);
  throw new Error(`git ${args[0]} failed in ${cwd}: ${said}`);
}
