import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetaContext } from './input.ts';
import type { Plan } from './outputs.ts';
import { findRepository } from './repository.ts';
import { runShell } from './shell.ts';
import { startWorktree } from './worktree.ts';

/** Makes the worktree from what is checked out in the user's repository, runs the checks there and tells what fails. */
export async function plan(context: MetaContext): Promise<Plan> {
  const { root, head } = await findRepository(context);
  const { path, branch } = await startWorktree(context, root, head);
  const checks = await runShell(context, path, await chooseCheck(context, path));
  return { branch, worktree: path, base: head, checks };
}

async function chooseCheck({ input }: MetaContext, path: string): Promise<string> {
  if (input.check !== undefined) return input.check;
  await access(join(path, 'package.json')).catch(() => {
    throw new Error(`${input.repo} has no package.json at its last commit: give the command to run as check.`);
  });
  return 'npm test';
}
