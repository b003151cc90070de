import type { Command } from 'commander';
import type { GuardDefinition } from '#domain/guard.ts';
import { print, printJson, toJsonLine } from './output/print.ts';
import { openSession } from './session.ts';

/** Adds `upulse guard …`. */
export function addGuardCommands(program: Command): void {
  const guard = program.command('guard').description('look at guards and what they know');

  guard.command('list').description('list the guards in the order in which they are asked').action(listGuards);
  guard.command('show').argument('<name>').description("show a guard's definition").action(showGuard);
  guard
    .command('state')
    .argument('<name>', 'which guard')
    .argument('<key>', 'which workflow')
    .description('show what a guard knows of a key')
    .action(showGuardState);
}

async function listGuards(_: unknown, command: Command): Promise<void> {
  const { client, json } = await openSession(command);
  const guards = await client.guard.list.query();
  if (json) return printJson(guards);
  const { formatTable } = await import('./output/table.ts');
  const rows = guards.map(({ name, initial_value, sources }) => [
    name,
    toJsonLine(initial_value),
    sources.map(({ kind }) => kind).join(', '),
  ]);
  print(formatTable([{ title: 'GUARD' }, { title: 'BEGINS AS' }, { title: 'DECIDES ABOUT' }], rows));
}

async function showGuard(name: string, _: unknown, command: Command): Promise<void> {
  const { client, json } = await openSession(command);
  const guard = await client.guard.get.query({ name });
  if (json) printJson(guard);
  else print(await formatGuard(guard));
}

async function formatGuard({ name, initial_value, sources }: GuardDefinition): Promise<string> {
  const { formatFields, formatTable } = await import('./output/table.ts');
  const head = formatFields([
    ['Guard', name],
    ['Begins as', toJsonLine(initial_value)],
  ]);
  const rows = sources.map(({ kind, check, transition }) => [kind, check, transition]);
  return `${head}\n\n${formatTable([{ title: 'KIND' }, { title: 'PASSES IF' }, { title: 'STATE AFTER' }], rows)}`;
}

async function showGuardState(name: string, key: string, _: unknown, command: Command): Promise<void> {
  const { client, json } = await openSession(command);
  const { state, position } = await client.guard.state.query({ name, key });
  if (json) return printJson({ state, position });
  const { formatFields } = await import('./output/table.ts');
  print(
    formatFields([
      ['State', toJsonLine(state)],
      ['Position', String(position)],
    ]),
  );
}
