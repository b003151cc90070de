import { lstat, mkdir, readdir, realpath, rename, rm, stat, symlink } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/**
 * Makes the packages installed in a repository usable in a worktree of it, without copying them.
 *
 * The worktree gets a real node_modules directory with one link a package. One link for the whole directory would let
 * `npm ci` in the worktree empty the user's own. Does nothing when the repository has none or the worktree has one.
 */
export async function linkDependencies(root: string, worktree: string): Promise<void> {
  const source = join(root, 'node_modules');
  const target = join(worktree, 'node_modules');
  const installed = await stat(source).catch(() => undefined);
  if (!installed?.isDirectory() || (await lstat(target).catch(() => undefined))) return;
  // Under another name first: a round that is lost half-way must not leave half the packages in place.
  const draft = join(worktree, '.pulse-node_modules');
  await rm(draft, { recursive: true, force: true });
  await linkEntries(await realpath(source), draft, { root, worktree });
  await rename(draft, target);
}

async function linkEntries(source: string, target: string, tree: { root: string; worktree: string }): Promise<void> {
  await mkdir(target);
  for (const name of await readdir(source)) {
    const from = join(source, name);
    const to = join(target, name);
    if (name.startsWith('@')) await linkEntries(from, to, tree);
    // Other hidden entries are caches and lock files of the user's own installation.
    else if (name === '.bin' || !name.startsWith('.')) await symlink(await findLinkTarget(from, tree), to);
  }
}

/** A package of the repository's own workspaces is linked to the worktree's copy of it, not to the user's. */
async function findLinkTarget(entry: string, { root, worktree }: { root: string; worktree: string }): Promise<string> {
  const real = await realpath(entry).catch(() => entry);
  const path = relative(root, real);
  const isWorkspace = path !== '' && !path.startsWith('..') && !path.split(sep).includes('node_modules');
  return isWorkspace ? join(worktree, path) : real;
}
