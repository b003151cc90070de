import { z } from 'zod';
import { findOutput, type RoundResult } from '#domain/moderator.ts';

/** How the repository's checks ended. `tail` is the end of what they printed. */
export const Checks = z.object({ command: z.string(), exitCode: z.number().nullable(), tail: z.string() });
export type Checks = z.infer<typeof Checks>;

/** What `planner` found: where the work happens, the commit it starts from, and what fails there. */
export const Plan = z.object({ branch: z.string(), worktree: z.string(), base: z.string(), checks: Checks });
export type Plan = z.infer<typeof Plan>;

/** What `coder` did. `changes` is git's one line on how the work so far differs from the base, or null. */
export const Change = z.object({
  by: z.enum(['agent', 'fixers']),
  command: z.string(),
  exitCode: z.number().nullable(),
  tail: z.string(),
  changes: z.string().nullable(),
});
export type Change = z.infer<typeof Change>;

/**
 * What `reviewer` decided and why. Approved, `commit` is the branch's new tip, or null when there was nothing to
 * commit; `worktree` is where the files still are, or null once it was removed.
 */
export const Review = z.object({
  approved: z.boolean(),
  reason: z.string(),
  branch: z.string(),
  commit: z.string().nullable(),
  worktree: z.string().nullable(),
  checks: Checks,
});
export type Review = z.infer<typeof Review>;

/** The plan that every later round works from. */
export function getPlan(history: readonly RoundResult[]): Plan {
  const plan = findOutput(history, 'planner', Plan);
  if (!plan) throw new Error('No round of planner has succeeded yet.');
  return plan;
}
