import type { PulseClient } from '#client/index.ts';
import { exitCodes, worstExitCode } from '../exit-codes.ts';
import { print, printJson } from '../output/print.ts';
import { toPrintable } from '../output/text.ts';
import type { Session } from '../session.ts';

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
  if (!json) print(summarize(results.length - failed.length, failed.length, input.dryRun ?? false));
  process.exitCode = worstExitCode(failed.map(({ code }) => exitCodes[code]));
}

function printOutcome({ key, error, position }: Outcome, dryRun: boolean): void {
  if (error) print(`Not aborted: ${toPrintable(error.message)}`);
  else print(dryRun ? `Would abort ${toPrintable(key)}` : `Aborted ${toPrintable(key)} at position ${position}`);
}

function summarize(aborted: number, refused: number, dryRun: boolean): string {
  const what = `${aborted} ${aborted === 1 ? 'workflow' : 'workflows'} ${dryRun ? 'would be aborted' : 'aborted'}`;
  return refused > 0 ? `${what}, ${refused} not` : what;
}
