import { findOutput } from '#domain/moderator.ts';
import type { MetaContext } from './input.ts';
import { Change, type Checks, getPlan, type Review } from './outputs.ts';
import { describeExit } from './prompt.ts';
import { findRepository } from './repository.ts';
import { runShell } from './shell.ts';
import { commitStaged, openWorktree, removeWorktree } from './worktree.ts';

/**
 * Runs the checks again. When they pass, commits what the coder staged and removes the worktree; otherwise leaves
 * everything in place and says why it goes back to the coder.
 *
 * A round that was lost after the commit finds that commit, and returns it instead of making a second one.
 */
export async function review(context: MetaContext): Promise<Review> {
  const { base, branch, checks: planned } = getPlan(context.history);
  const { root } = await findRepository(context);
  const worktree = await openWorktree(context, root, base);
  const checks = await runShell(context, worktree.path, planned.command);
  const problem = findProblem(checks, findOutput(context.history, 'coder', Change));
  if (problem) return { approved: false, reason: problem, branch, commit: null, worktree: worktree.path, checks };
  const commit = await commitStaged(context, worktree, base, firstLineOf(context.input.task));
  const removed = await removeWorktree(context, worktree);
  const reason = commit ? 'The checks pass.' : 'The checks pass, and nothing was changed.';
  return { approved: true, reason, branch, commit, worktree: removed ? null : worktree.path, checks };
}

function findProblem(checks: Checks, change: Change | undefined): string | undefined {
  if (checks.exitCode !== 0) return `${checks.command} fails (${describeExit(checks.exitCode)}).`;
  // Passing checks say nothing about a task that the agent gave up on.
  if (change?.by === 'agent' && change.exitCode !== 0) return `The agent failed (${describeExit(change.exitCode)}).`;
  return undefined;
}

function firstLineOf(task: string): string {
  const [line = ''] = task.trim().split(/\r?\n/);
  return line.trim().slice(0, 200).toWellFormed();
}
