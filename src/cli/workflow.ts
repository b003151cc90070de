import { type Command, Option } from 'commander';
import { invalidInput } from '#domain/errors.ts';
import type { TimelineEntry } from '#domain/event.ts';
import type { Json } from '#domain/json.ts';
import { limits } from '#domain/limits.ts';
import type { Status } from '#domain/workflow.ts';
import { worstExitCode } from './exit-codes.ts';
import { print, printJson, printJsonLine } from './output/print.ts';
import { toPrintable } from './output/text.ts';
import { parseCount, parseDuration, parseJson, parseStatuses, readJsonFile } from './parse-options.ts';
import { reportError } from './report-error.ts';
import { openSession, type Session } from './session.ts';
import { sayChildren } from './workflow/say-children.ts';

interface StartOptions {
  key?: string;
  input?: string;
  inputFile?: string;
  maxRounds?: number;
  timeout?: number;
}

interface ListOptions {
  status?: Status[];
  name?: string;
  parent?: string;
  search?: string;
  order?: 'asc' | 'desc';
  limit?: number;
}

interface AbortOptions {
  all?: true;
  cascade: boolean;
  dryRun?: true;
  reason?: string;
  request?: true;
  status?: Status[];
  name?: string;
  parent?: string;
  search?: string;
}

/** Adds `upulse workflow …`. */
export function addWorkflowCommands(program: Command): void {
  const workflow = program.command('workflow').description('start, abort and look at workflows');

  workflow
    .command('start')
    .argument('<name>', 'which definition to run, such as pipeline')
    .description('start a workflow and print its key')
    .option('--key <key>', 'its key (default: the name and a random suffix)')
    .addOption(new Option('--input <json>', 'its input (default: {})').conflicts('inputFile'))
    .option('--input-file <file>', 'a file with its input; - reads standard input')
    .option(
      '--max-rounds <n>',
      `rounds after which it ends, up to ${limits.maxRounds} (default: the definition's)`,
      parseCount,
    )
    .option(
      '--timeout <time>',
      `how long it may take, such as 90s or 2h, up to ${limits.timeoutMs / 86_400_000}d (default: the definition's)`,
      parseDuration,
    )
    .action(startWorkflow);

  workflow
    .command('abort')
    .argument('[key...]', 'which workflows')
    .description('stop workflows now, for good; of several, each is tried')
    .option('--reason <text>', 'why; it stays on the audit trail')
    .option('--all', 'instead of keys: all that are active, or those of them that the following name')
    .option('--status <status>', 'with --all: only those of a status (default: active)', parseStatuses)
    .option('--name <name>', 'with --all: only those of a definition')
    .option('--parent <key>', 'with --all: only those that a role of this workflow has started')
    .option('--search <text>', 'with --all: only those with the text in key, reason, or the name of who started them')
    .option('--no-cascade', 'leave alone the workflows that their roles have started')
    .option('--dry-run', 'only tell which would be stopped')
    .option('--request', 'only ask for it: another person or tool then aborts (see abort-needs-two)')
    .action(abortWorkflows);

  workflow
    .command('list')
    .description('list workflows, by default the newest start first')
    .option('--status <status>', 'only active, aborted or ended ones; several with commas', parseStatuses)
    .option('--name <name>', 'only those of a definition')
    .option('--parent <key>', 'only those that a role of this workflow has started')
    .option('--search <text>', 'only those with the text in key, reason, or the name of who started or aborted them')
    .addOption(new Option('--order <order>', 'by start: asc for the oldest first').choices(['asc', 'desc']))
    .option('--limit <n>', `at most so many, up to ${limits.pageItems} (default: 50)`, parseCount)
    .action(listWorkflows);

  workflow.command('show').argument('<key>').description('show one workflow').action(showWorkflow);

  workflow
    .command('timeline')
    .argument('<key>')
    .description("print a workflow's audit trail: its events, and the attempts that a guard refused")
    .option('--follow', 'go on with what happens from now; Ctrl-C stops. With --json, one entry a line')
    .action(printTimeline);

  workflow
    .command('logs')
    .argument('<key>')
    .description('print what its roles have printed, as far as it is kept')
    .option('--round <n>', 'only of one round', parseCount)
    .option('--follow', 'go on until the round or the workflow is over; Ctrl-C stops. With --json, one chunk a line')
    .action(printOutput);
}

async function startWorkflow(name: string, options: StartOptions, command: Command): Promise<void> {
  const { key, maxRounds, timeout: timeoutMs } = options;
  const input = await readInput(options);
  const { client, json } = await openSession(command);
  const started = await client.workflow.start.mutate({ name, key, input, maxRounds, timeoutMs });
  if (json) return printJson(started);
  print(toPrintable(started.workflow.key));
  await warnOfHindrance(client, name);
}

/** Says on standard error what may keep a workflow from running; a token that may not ask for it hears nothing. */
async function warnOfHindrance(client: Session['client'], name: string): Promise<void> {
  const definitions = await client.definition.list.query().catch(() => []);
  const hindrance = definitions.find((definition) => definition.name === name)?.hindrance;
  if (hindrance) console.error(hindrances[hindrance]);
}

const hindrances = {
  'no-adapter': 'No adapter that runs such workflows is alive: it waits until one is started (upulse adapter run).',
  'commands-refused':
    'Its input names programs to run, and every adapter that would run it was started without --allow-commands: it ends as failed.',
};

async function readInput({ input, inputFile }: StartOptions): Promise<Json | undefined> {
  if (input !== undefined) return parseJson('--input', input);
  return inputFile === undefined ? undefined : readJsonFile('--input-file', inputFile);
}

async function abortWorkflows(keys: string[], options: AbortOptions, command: Command): Promise<void> {
  const { all, dryRun, reason, request, cascade, ...filter } = options;
  if (all ? keys.length > 0 : keys.length === 0) throw invalidInput('', 'Give either keys or --all');
  if (!all && Object.keys(filter).length > 0)
    throw invalidInput('', '--status, --name, --parent and --search go with --all');
  if (request && (all || dryRun)) throw invalidInput('', '--request goes with keys alone');
  if (request) return requestEach(keys, reason, command);
  if (!all && !dryRun) return abortEach(keys, { reason, cascade }, command);
  const { abortMany } = await import('./workflow/abort-many.ts');
  await abortMany(await openSession(command), { ...(all ? { filter } : { keys }), reason, cascade, dryRun });
}

/** Asks for the abort of each, where another has to abort it. */
async function requestEach(keys: string[], reason: string | undefined, command: Command): Promise<void> {
  const { client, json } = await openSession(command);
  const { toPulseError } = await import('#client/errors.ts');
  const codes: number[] = [];
  for (const key of keys) {
    const outcome = await client.workflow.requestAbort.mutate({ key, reason }).then(succeed, toPulseError);
    if (outcome instanceof Error) codes.push(reportError(outcome, { json, path: ['workflow', 'abort'] }));
    else if (json) (keys.length === 1 ? printJson : printJsonLine)(outcome);
    else print(`Asked to abort ${toPrintable(key)} at position ${outcome.event.position}`);
  }
  process.exitCode = worstExitCode(codes);
}

/** One request for each, so that its answer is printed as soon as it comes. */
async function abortEach(
  keys: string[],
  options: Pick<AbortOptions, 'reason' | 'cascade'>,
  command: Command,
): Promise<void> {
  const { client, json } = await openSession(command);
  const { toPulseError } = await import('#client/errors.ts');
  const attempts = keys.map((key) => client.workflow.abort.mutate({ key, ...options }).then(succeed, toPulseError));
  const codes: number[] = [];
  for (const attempt of attempts) {
    const outcome = await attempt;
    if (outcome instanceof Error) {
      codes.push(reportError(outcome, { json, path: ['workflow', 'abort'] }));
      continue;
    }
    const { workflow, event, children } = outcome;
    if (!json) print(`Aborted ${toPrintable(workflow.key)} at position ${event.position}${sayChildren(children)}`);
    else if (keys.length === 1) printJson(outcome);
    else printJsonLine(outcome);
  }
  process.exitCode = worstExitCode(codes);
}

async function listWorkflows(options: ListOptions, command: Command): Promise<void> {
  const { client, json } = await openSession(command);
  const page = await client.workflow.list.query(options);
  if (json) return printJson(page);
  if (page.items.length === 0) return print('No workflows.');
  const { formatWorkflows } = await import('./output/workflow.ts');
  print(formatWorkflows(page.items, Date.now()));
  if (page.nextCursor) print('There are more: raise --limit, or narrow with --status, --name, --parent or --search.');
}

async function showWorkflow(key: string, _: unknown, command: Command): Promise<void> {
  const { client, json } = await openSession(command);
  const workflow = await client.workflow.get.query({ key });
  if (json) return printJson(workflow);
  const { formatWorkflow } = await import('./output/workflow.ts');
  print(formatWorkflow(workflow, Date.now()));
}

async function printTimeline(key: string, options: { follow?: true }, command: Command): Promise<void> {
  const session = await openSession(command);
  const { client, json } = session;
  if (json && !options.follow) return printJson(await readTrail(session, key));
  const { formatEntry } = await import('./output/entry.ts');
  const printEntry = (entry: TimelineEntry) => (json ? printJsonLine(entry) : print(formatEntry(entry, Date.now())));
  const { asOf } = await readPages(session, key, (entries) => entries.forEach(printEntry));
  if (!options.follow) return;
  const { follow } = await import('./follow.ts');
  await follow<TimelineEntry>(
    (handlers) => client.workflow.onEntry.subscribe({ key, after: asOf }, handlers),
    printEntry,
    { quiet: json },
  );
}

async function printOutput(key: string, options: { round?: number; follow?: true }, command: Command): Promise<void> {
  const { printLogs } = await import('./workflow/logs.ts');
  await printLogs(await openSession(command), { key, round: options.round }, options.follow ?? false);
}

/** The whole trail in the shape of one page of it. */
async function readTrail(session: Session, key: string) {
  const all: TimelineEntry[] = [];
  const { asOf } = await readPages(session, key, (entries) => all.push(...entries));
  return { entries: all, nextCursor: null, asOf };
}

async function readPages({ client }: Session, key: string, onPage: (entries: TimelineEntry[]) => void) {
  let cursor: string | null = null;
  for (;;) {
    const page: Awaited<ReturnType<typeof client.workflow.timeline.query>> = await client.workflow.timeline.query({
      key,
      limit: 1_000,
      cursor,
    });
    onPage(page.entries);
    if (page.nextCursor === null) return page;
    cursor = page.nextCursor;
  }
}

function succeed<T>(outcome: T): T {
  return outcome;
}
