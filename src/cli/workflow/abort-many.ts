import type { PulseClient } from '#client/index.ts';
import { exitCodes, worstExitCode } from '../exit-codes.ts';
import { print, printJson } from '../output/print.ts';
import { toPrintable } from '../output/text.ts';
import type { Session } from '../session.ts';
import { countWorkflows, sayChildren } from './say-children.ts';

type Input = Parameters<PulseClient['workflow']['abortMany']['mutate']>[0];
type Outcome = Awaited<ReturnType<PulseClient['workflow']['abortMany']['mutate']>>['results'][number];

/** Aborts many workflows, or tells which would be, and says for each what became of it. */
export async function abortMany({ client, json }: Session, input: Input): Promise<void> {
  const results: Outcome[] = [];
  for (let more = true; more; ) {
    const answer = await client.workflow.abortMany.mutate(input);
    results.push(...answer.results);
    for (const outcome of json ? [] : answer.results) printOutcome(outcome, input.dryRun ?? false);
    // What is aborted is not found again. A dry run would find the same ones, and so would one that was refused.
    more = answer.more && !input.dryRun && answer.results.some(({ ok }) => ok);
    if (answer.more && !more && !json) print('There are more.');
    if (json && !more) printJson({ results, more: answer.more });
  }
  const failed = results.flatMap(({ error }) => error ?? []);
  const children = results.reduce((sum, outcome) => sum + (outcome.children ?? 0), 0);
  if (!json) print(summarize(results.length - failed.length, children, failed.length, input.dryRun ?? false));
  process.exitCode = worstExitCode(failed.map(({ code }) => exitCodes[code]));
}

function printOutcome({ key, error, position, children = 0 }: Outcome, dryRun: boolean): void {
  if (error) {
    print(`Not aborted: ${toPrintable(error.message)}`);
    return;
  }
  const what = dryRun ? `Would abort ${toPrintable(key)}` : `Aborted ${toPrintable(key)} at position ${position}`;
  print(`${what}${sayChildren(children)}`);
}

function summarize(aborted: number, children: number, refused: number, dryRun: boolean): string {
  const many = `${countWorkflows(aborted)}${children > 0 ? ` and ${children} that they have started` : ''}`;
  const what = `${many} ${dryRun ? 'would be aborted' : 'aborted'}`;
  return refused > 0 ? `${what}, ${refused} not` : what;
}
