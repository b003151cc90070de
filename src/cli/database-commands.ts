import type { Command } from 'commander';
import { invalidInput } from '#domain/errors.ts';

/** The first words of the commands that open the database themselves and ask no server. */
const groups: readonly (string | undefined)[] = ['up', 'adapter', 'audit', 'db'];

/** Whether the command with these words opens the database itself. */
export function opensDatabase([group]: readonly string[]): boolean {
  return groups.includes(group);
}

/** Refuses `--url` where no server is asked. `PULSE_URL` is set for any command, and does no harm here. */
export function refuseUrl(program: Command, command: Command): void {
  const path = readPath(command);
  if (program.opts().url === undefined || !opensDatabase(path)) return;
  const instead = 'it opens the database itself: name that with DATABASE_URL, or its home with PULSE_HOME';
  throw invalidInput('--url', `names a server, and upulse ${path.join(' ')} asks none; ${instead}`);
}

/** The words of a command: `['audit', 'verify']`. */
function readPath(command: Command): string[] {
  return command.parent ? [...readPath(command.parent), command.name()] : [];
}
