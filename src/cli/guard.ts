import type { Command } from 'commander';
import type { GuardInfo } from '#domain/guard.ts';
import { print, printJson, toJsonLine } from './output/print.ts';
import { formatMoment } from './output/time.ts';
import { readJsonFile } from './parse-options.ts';
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
  guard
    .command('apply')
    .argument('<file>', 'its definition as JSON: {name, initial_value, sources}')
    .description('put a guard in force, in the place of one of the same name')
    .option('--dry-run', 'only count the events that it would have refused')
    .action(applyGuard);
  guard.command('disable').argument('<name>').description('switch a guard off').action(disableGuard);
  guard.command('enable').argument('<name>').description('switch a guard on again').action(enableGuard);
}

async function listGuards(_: unknown, command: Command): Promise<void> {
  const { client, json } = await openSession(command);
  const guards = await client.guard.list.query();
  if (json) return printJson(guards);
  const { formatTable } = await import('./output/table.ts');
  const rows = guards.map(({ name, enabled, shipped, version, initial_value, sources, problem }) => [
    name,
    enabled ? (problem ? 'on, refuses' : 'on') : 'off',
    shipped ? 'shipped' : version.slice(0, 8),
    toJsonLine(initial_value),
    sources.map(({ kind }) => kind).join(', '),
  ]);
  const titles = ['GUARD', 'IS', 'VERSION', 'BEGINS AS', 'DECIDES ABOUT'];
  print(
    formatTable(
      titles.map((title) => ({ title })),
      rows,
    ),
  );
}

async function showGuard(name: string, _: unknown, command: Command): Promise<void> {
  const { client, json } = await openSession(command);
  const guard = await client.guard.get.query({ name });
  if (json) printJson(guard);
  else print(await formatGuard(guard));
}

async function formatGuard(guard: GuardInfo): Promise<string> {
  const { name, initial_value, sources, version, enabled, shipped, problem, since } = guard;
  const { formatFields, formatTable } = await import('./output/table.ts');
  const head = formatFields([
    ['Guard', enabled ? name : `${name}, switched off`],
    ['Version', shipped ? `${version}, shipped` : version],
    ...(since
      ? [['Since', `${formatMoment(since.occurredAt, Date.now())} by ${since.actor.name}`] as [string, string]]
      : []),
    ...(problem ? [['Refuses', problem] as [string, string]] : []),
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

async function applyGuard(file: string, { dryRun }: { dryRun?: boolean }, command: Command): Promise<void> {
  const definition = await readJsonFile(file === '-' ? 'standard input' : file, file);
  const { client, json } = await openSession(command);
  const applied = await client.guard.apply.mutate({ definition, dryRun });
  if (json) return printJson(applied);
  const { name, version, wouldHaveRefused } = applied;
  print(`${dryRun ? 'Did not apply' : 'Applied'} ${name}, version ${version.slice(0, 8)}`);
  const events = wouldHaveRefused === 1 ? '1 event' : `${wouldHaveRefused} events`;
  print(`It would have refused ${events} of those in the log${dryRun ? '' : ', which stay'}`);
}

async function disableGuard(name: string, _: unknown, command: Command): Promise<void> {
  const { client, json } = await openSession(command);
  printSwitched(await client.guard.disable.mutate({ name }), json);
}

async function enableGuard(name: string, _: unknown, command: Command): Promise<void> {
  const { client, json } = await openSession(command);
  printSwitched(await client.guard.enable.mutate({ name }), json);
}

function printSwitched(guard: GuardInfo, json: boolean): void {
  if (json) printJson(guard);
  else print(`${guard.name} is ${guard.enabled ? 'on' : 'off'}`);
}
