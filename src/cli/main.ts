import { CommanderError } from 'commander';
import { invalidInput, type PulseError } from '#domain/errors.ts';
import { endWhenNobodyReads } from './output/print.ts';
import { createProgram, findCommandPath, isDone } from './program.ts';
import { reportError } from './report-error.ts';

/** Runs `upulse` with the arguments of this process and leaves its exit code. */
export async function main(args: readonly string[] = process.argv.slice(2)): Promise<void> {
  endWhenNobodyReads();
  const program = createProgram();
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (isDone(error)) return;
    const json = args.includes('--json');
    process.exitCode = reportError(await nameError(error), { json, path: findCommandPath(program, args) });
  }
}

async function nameError(error: unknown): Promise<PulseError> {
  if (error instanceof CommanderError) return nameUsageError(error);
  const { toPulseError } = await import('#client/errors.ts');
  return toPulseError(error);
}

function nameUsageError({ code, message }: CommanderError): PulseError {
  // The parser shows the help itself when a command is missing, and has no message then.
  if (code === 'commander.help') return invalidInput('', 'Name a command');
  const text = message.replace(/^error: /, '').replace(/\n+/g, ' ');
  return invalidInput('', text.charAt(0).toUpperCase() + text.slice(1));
}
