import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetaContext } from './input.ts';
import { type Change, getPlan } from './outputs.ts';
import { writePrompt } from './prompt.ts';
import { findRepository } from './repository.ts';
import { runShell, type ShellResult } from './shell.ts';
import { openWorktree, stageChanges } from './worktree.ts';

const fixers = ['npm run fix --if-present', 'npm run format --if-present'];

/** Changes the files: by the agent that the adapter's PULSE_AGENT names, or else by the repository's own fixers. */
export async function code(context: MetaContext): Promise<Change> {
  const { base } = getPlan(context.history);
  const { root } = await findRepository(context);
  const worktree = await openWorktree(context, root, base);
  const agent = process.env.PULSE_AGENT?.trim();
  const result = agent ? await runAgent(context, worktree.path, agent) : await runFixers(context, worktree.path);
  const changes = await stageChanges(context, worktree, base);
  return { by: agent ? 'agent' : 'fixers', ...result, changes };
}

async function runAgent(context: MetaContext, path: string, agent: string): Promise<ShellResult> {
  const result = await runShell(context, path, agent, writePrompt(context));
  if (result.exitCode === 126 || result.exitCode === 127) {
    const remedy = "set PULSE_AGENT in the adapter's environment to a command line that takes a prompt on stdin";
    throw new Error(
      `The agent (${agent}) cannot be run: ${result.tail || 'command not found'}. To mend it, ${remedy}.`,
    );
  }
  return result;
}

/** Runs each fixer even when one fails: many exit with 1 because of what is left for a person to fix. */
async function runFixers(context: MetaContext, path: string): Promise<ShellResult> {
  await access(join(path, 'package.json')).catch(() => {
    throw new Error(`${context.input.repo} has no package.json, so no fixers: set PULSE_AGENT for the adapter.`);
  });
  const results: ShellResult[] = [];
  for (const fixer of fixers) results.push(await runShell(context, path, fixer));
  const failed = results.find((result) => result.exitCode !== 0);
  return {
    command: fixers.join('; '),
    exitCode: failed ? failed.exitCode : 0,
    tail: results
      .map((result) => result.tail)
      .filter(Boolean)
      .join('\n'),
  };
}
