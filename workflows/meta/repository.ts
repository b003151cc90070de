import { realpath, stat } from 'node:fs/promises';
import { git, tryGit } from './git.ts';
import type { MetaContext } from './input.ts';

/**
 * Finds the repository of the input and the commit that work starts from. Reads only.
 *
 * **Shape** `root` is the repository's real path, `head` the full id of the commit checked out there.
 * **Errors** throws, saying what to do, when there is no such repository, it has no commit, or git is missing.
 */
export async function findRepository(context: MetaContext): Promise<{ root: string; head: string }> {
  const { repo } = context.input;
  const found = await stat(repo).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new Error(`There is no directory ${repo} on the adapter's machine: check the input's repo.`);
  }
  const root = await realpath(repo);
  await git(context, root, 'rev-parse', '--show-toplevel').catch((error: Error) => {
    if (!error.message.includes('not a git repository')) throw error;
    throw new Error(`${repo} is not the top of a git repository: give the directory that holds .git, or run git init.`);
  });
  const head = await tryGit(context, root, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}');
  if (head.exitCode !== 0) throw new Error(`${repo} has no commits yet: make a first one, then start again.`);
  return { root, head: head.stdout.trim() };
}
