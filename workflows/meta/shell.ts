import { stripVTControlCharacters } from 'node:util';
import { makeStorable } from '#domain/json.ts';
import type { CommandResult } from '#domain/role.ts';
import { runIn } from './git.ts';
import type { MetaContext } from './input.ts';

const tailCharacters = 4_000;

/** How a command line ended, and the end of what it printed on both outputs, as plain text. */
export interface ShellResult {
  command: string;
  exitCode: number | null;
  tail: string;
}

/** Runs a shell command line in a directory. Resolves also when it fails. */
export async function runShell(
  context: MetaContext,
  cwd: string,
  command: string,
  stdin?: string,
): Promise<ShellResult> {
  // Many test runners wait for a person unless CI says that there is none.
  const result = await runIn(context, cwd, ['/bin/sh', '-c', command], { env: { CI: 'true' }, stdin });
  return { command, exitCode: result.exitCode, tail: endOf(result) };
}

/** The end of what a program printed: standard output first, then standard error. */
function endOf({ stdout, stderr }: CommandResult): string {
  const printed = [stdout, stderr].map((text) => stripVTControlCharacters(text).trim()).filter(Boolean);
  const text = makeStorable(printed.join('\n'));
  if (text.length <= tailCharacters) return text;
  const tail = text.slice(-tailCharacters).toWellFormed();
  // From a line's beginning, unless that one line is all there is.
  return tail.slice(tail.indexOf('\n') + 1) || tail;
}
