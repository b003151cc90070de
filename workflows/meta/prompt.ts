import { findOutput } from '#domain/moderator.ts';
import type { MetaContext } from './input.ts';
import { type Change, getPlan, Review } from './outputs.ts';

/** Writes what the agent reads on standard input: the task, what fails now, and why the last attempt was sent back. */
export function writePrompt({ input, history }: Pick<MetaContext, 'input' | 'history'>): string {
  const plan = getPlan(history);
  const review = findOutput(history, 'reviewer', Review);
  const { command, exitCode, tail } = review?.checks ?? plan.checks;
  const state =
    exitCode === 0 ? 'They pass now and must still pass afterwards.' : `They fail now (${describeExit(exitCode)}).`;
  return [
    `You work in a git worktree of its own, on branch ${plan.branch}; it is the current directory.`,
    `# Task\n\n${input.task.trim()}`,
    `# Checks\n\n\`${command}\` must exit with 0. ${state}`,
    tail && `The end of what they print:\n\n${indent(tail)}`,
    review && `# Review of your last attempt\n\nSent back: ${review.reason}`,
    '# When you are done\n\nLeave the changes in the files and exit with 0. They are checked again and committed for you.' +
      ' Change nothing outside the current directory, and push nothing.',
  ]
    .filter(Boolean)
    .join('\n\n')
    .concat('\n');
}

/** Says how a program ended, in words. */
export function describeExit(exitCode: Change['exitCode']): string {
  return exitCode === null ? 'ended by a signal' : `exit code ${exitCode}`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ');
}
