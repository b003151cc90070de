import { mkdir, realpath, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { linkDependencies } from './dependencies.ts';
import { git, tryGit } from './git.ts';
import type { MetaContext } from './input.ts';
import { branchOf, worktreeNameOf } from './names.ts';

/** A workflow's own checkout. Its index holds the work so far: what is in the files but not there is left-over. */
export interface Worktree {
  path: string;
  branch: string;
  /** The user's repository that the branch belongs to. */
  root: string;
}

/**
 * Opens the worktree for the first round: the workflow's branch at the given commit, with that commit's files.
 *
 * What a lost round has left of it is found and used again.
 * **Errors** throws when the branch exists with commits of its own, as after an earlier workflow of the same key.
 */
export async function startWorktree(context: MetaContext, root: string, base: string): Promise<Worktree> {
  const branch = branchOf(context.key);
  const isOld = (await findBranch(context, root, branch)) && !(await isAncestor(context, root, branch, base));
  if (isOld) {
    const remedy = `merge it or delete it (git branch -D ${branch}), or start under another key`;
    throw new Error(`${root} already has a branch ${branch} with commits of its own: ${remedy}.`);
  }
  const worktree = await openWorktree(context, root, base);
  await git(context, worktree.path, 'reset', '--hard', '--quiet', base);
  return worktree;
}

/**
 * Opens the workflow's worktree as the last finished round left it; makes it from its branch where it is missing.
 *
 * Files that checks or a lost round have left behind are gone afterwards; ignored files stay.
 */
export async function openWorktree(context: MetaContext, root: string, base: string): Promise<Worktree> {
  const worktrees = join(context.home, 'worktrees');
  await mkdir(worktrees, { recursive: true });
  const path = join(await realpath(worktrees), worktreeNameOf(context.key));
  const worktree = { path, branch: branchOf(context.key), root };
  if (!(await isUsable(context, worktree))) await createWorktree(context, worktree, base);
  await restoreIndex(context, worktree);
  await linkDependencies(root, path);
  return worktree;
}

async function isUsable(context: MetaContext, { path, root }: Worktree): Promise<boolean> {
  if (!(await stat(path).catch(() => undefined))) return false;
  const found = await tryGit(context, path, 'rev-parse', '--show-toplevel', '--git-common-dir');
  const [top, common = ''] = found.stdout.trim().split('\n');
  if (found.exitCode !== 0 || top !== path) return false;
  const commonOfRoot = await git(context, root, 'rev-parse', '--git-common-dir');
  return (await realpath(resolve(path, common))) === (await realpath(resolve(root, commonOfRoot)));
}

async function createWorktree(context: MetaContext, { path, branch, root }: Worktree, base: string): Promise<void> {
  // An adapter that died half-way leaves a directory that git does not know, or the other way round.
  await rm(path, { recursive: true, force: true });
  await tryGit(context, root, 'worktree', 'remove', '--force', '--force', path);
  const start = (await findBranch(context, root, branch)) ? [path, branch] : ['-b', branch, path, base];
  await git(context, root, 'worktree', 'add', '--quiet', ...start);
}

async function findBranch(context: MetaContext, root: string, branch: string): Promise<boolean> {
  const found = await tryGit(context, root, 'rev-parse', '--verify', '--quiet', `refs/heads/${branch}`);
  return found.exitCode === 0;
}

async function isAncestor(context: MetaContext, root: string, branch: string, base: string): Promise<boolean> {
  const answer = await tryGit(context, root, 'merge-base', '--is-ancestor', `refs/heads/${branch}`, base);
  return answer.exitCode === 0;
}

/**
 * Puts HEAD back on the branch, wherever a coder took it, and the files back to what the index holds. Files that are
 * not in the index go, except those that git ignores.
 */
async function restoreIndex(context: MetaContext, { path, branch }: Worktree): Promise<void> {
  const lock = await git(context, path, 'rev-parse', '--git-path', 'index.lock');
  await rm(resolve(path, lock), { force: true });
  await git(context, path, 'symbolic-ref', 'HEAD', `refs/heads/${branch}`);
  await git(context, path, 'checkout-index', '--all', '--force', '--index');
  await git(context, path, 'clean', '-ffdq', '--exclude=/node_modules');
}

/**
 * Stages everything that the coder changed, node_modules aside.
 *
 * **Shape** git's one line on how the staged files differ from the base, or null when they don't.
 */
export async function stageChanges(context: MetaContext, { path }: Worktree, base: string): Promise<string | null> {
  await git(context, path, 'add', '--all');
  const tracked = await git(context, path, 'ls-tree', '--name-only', base, 'node_modules');
  const unstage = ['rm', '-r', '--cached', '--force', '--quiet', '--ignore-unmatch', 'node_modules'];
  if (!tracked) await git(context, path, ...unstage);
  return (await git(context, path, 'diff', '--cached', '--shortstat', base)) || null;
}

/** Commits what is staged. **Shape** the branch's tip, or null while that is still the base. */
export async function commitStaged(
  context: MetaContext,
  { path }: Worktree,
  base: string,
  message: string,
): Promise<string | null> {
  const staged = await tryGit(context, path, 'diff', '--cached', '--quiet');
  if (staged.exitCode !== 0)
    await git(context, path, 'commit', '--quiet', '--cleanup=whitespace', `--message=${message}`);
  const tip = await git(context, path, 'rev-parse', 'HEAD');
  return tip === base ? null : tip;
}

/** Removes the worktree and keeps its branch. **Shape** whether it is gone. */
export async function removeWorktree(context: MetaContext, { path, root }: Worktree): Promise<boolean> {
  const removed = await tryGit(context, root, 'worktree', 'remove', '--force', '--force', path);
  return removed.exitCode === 0;
}
