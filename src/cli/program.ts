import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addAdapterCommands } from './adapter.ts';
import { addAuditCommands } from './audit.ts';
import { refuseUrl } from './database-commands.ts';
import { addDatabaseCommands } from './db.ts';
import { addEventCommands } from './event.ts';
import { addGuardCommands } from './guard.ts';
import { addTokenCommands } from './token.ts';
import { addUpCommand } from './up.ts';
import { addWorkflowCommands } from './workflow.ts';

const afterHelp = `
Environment:
  PULSE_URL           the server to talk to (default: http://$HOST:$PORT)
  PULSE_TOKEN         what to sign in with (default: on the server's machine, the one in PULSE_HOME)
  HOST, PORT          where upulse up serves (default: 127.0.0.1, 3000)
  DATABASE_URL        a PostgreSQL server (default: an embedded one in PULSE_HOME)
  DATABASE_OWNER_URL  the same as the owner of its schema, to migrate it (default: DATABASE_URL)
  DATABASE_DIRECT_URL the same without its pooler, to listen (default: DATABASE_URL)
  PULSE_HOME          where Pulse keeps its data (default: .pulse)

Exit codes:
  0 done   1 unexpected   2 usage   3 refused by a guard, or the audit found something   4 not found   5 server unreachable   6 not signed in or not allowed`;

/** Puts the whole command line together. Options of all commands may stand before or after the command. */
export function createProgram(): Command {
  const program = new Command('upulse')
    .description('Pulse runs workflows; every command appends to its log or reads it')
    .option('--json', "print exactly the API's objects, and errors as JSON")
    .option('--url <url>', 'the server to talk to; not for up, adapter, audit and db')
    .version(readVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'show what a command takes')
    .addHelpText('after', afterHelp)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: () => {} })
    .exitOverride()
    .hook('preAction', refuseUrl);
  addUpCommand(program);
  addAdapterCommands(program);
  addWorkflowCommands(program);
  addEventCommands(program);
  addGuardCommands(program);
  addTokenCommands(program);
  addAuditCommands(program);
  addDatabaseCommands(program);
  addHelpCommand(program);
  return program;
}

/** Adds `upulse help …`. The parser's own takes one word only, and would show the group's help for a command in it. */
function addHelpCommand(program: Command): void {
  program
    .command('help')
    .argument('[command...]', 'which one, such as workflow start')
    .description('show what a command takes')
    .action((words: string[]) => {
      let command = program;
      for (const word of words) {
        const next = command.commands.find((candidate) => candidate.name() === word);
        if (!next) command.error(`error: unknown command '${word}'`);
        else command = next;
      }
      command.help();
    });
}

/** The words of the command that some arguments mean, as far as they mean one: `['workflow', 'abort']`. */
export function findCommandPath(program: Command, args: readonly string[]): string[] {
  const path: string[] = [];
  let command = program;
  for (const word of args) {
    const next = command.commands.find((candidate) => candidate.name() === word);
    if (!next) continue;
    path.push(word);
    command = next;
  }
  return path;
}

/** Whether the parser ended because it has shown what was asked for. */
export function isDone(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}

function readVersion(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
