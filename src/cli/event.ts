import type { Command } from 'commander';
import type { PulseClient } from '#client/index.ts';
import type { PulseEvent } from '#domain/event.ts';
import { print, printJson, printJsonLine } from './output/print.ts';
import { toPrintable } from './output/text.ts';
import { parseJson } from './parse-options.ts';
import { openSession } from './session.ts';

interface TailOptions {
  after?: string;
  kind?: string;
  key?: string;
}

/** Adds `upulse event …`. */
export function addEventCommands(program: Command): void {
  const event = program.command('event').description('append to the log and read it');

  event
    .command('append')
    .argument('<kind>', 'what happened, such as meta.note')
    .argument('<key>', 'which workflow')
    .description('append one event, if every guard lets it pass')
    .option('--payload <json>', 'what it says (default: {})')
    .action(appendEvent);

  event
    .command('tail')
    .description('print the log, then each event as it is committed; Ctrl-C stops. With --json, one event a line')
    .option('--after <cursor>', "a position or a cursor; 'latest' for new events only (default: the start of the log)")
    .option('--kind <pattern>', "only these kinds; * stands for one segment, as in '*.__abort__'")
    .option('--key <key>', 'only the events of one workflow')
    .action(tailEvents);
}

async function appendEvent(kind: string, key: string, options: { payload?: string }, command: Command): Promise<void> {
  const payload = options.payload === undefined ? undefined : parseJson('--payload', options.payload);
  const { client, json } = await openSession(command);
  const event = await client.event.append.mutate({ kind, key, payload });
  if (json) printJson(event);
  else print(`Appended ${event.kind} to ${toPrintable(event.key)} at position ${event.position}`);
}

async function tailEvents(filter: TailOptions, command: Command): Promise<void> {
  const { client, json } = await openSession(command);
  const { follow } = await import('./follow.ts');
  const { formatEvent } = await import('./output/entry.ts');
  const after = await findStart(client, filter);
  await follow<PulseEvent>(
    (handlers) => client.event.onAppend.subscribe({ ...filter, after }, handlers),
    (event) => (json ? printJsonLine(event) : print(formatEvent(event))),
    { quiet: json },
  );
}

/** Where to begin. What the server refuses is refused here, before anything says that the log is followed. */
async function findStart(client: PulseClient, filter: TailOptions): Promise<string | undefined> {
  const after = filter.after === 'latest' ? await findEnd(client) : filter.after;
  await client.event.list.query({ ...filter, after: after ?? 'latest', limit: 1 });
  return after;
}

/** The cursor of the log's end. `latest` itself would mean a later end after a connection that broke before any event. */
async function findEnd(client: PulseClient): Promise<string> {
  const { asOf } = await client.workflow.list.query({ limit: 1 });
  return asOf;
}
