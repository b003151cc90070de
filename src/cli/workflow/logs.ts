import { styleText } from 'node:util';
import { PulseError } from '#domain/errors.ts';
import type { OutputChunk, OutputItem } from '#domain/output.ts';
import { follow } from '../follow.ts';
import { printJson, printJsonLine } from '../output/print.ts';
import { createRoleText } from '../output/role-text.ts';
import { toPrintable } from '../output/text.ts';
import type { Session } from '../session.ts';

interface LogsOptions {
  key: string;
  round?: number | undefined;
}

/** Prints what roles have printed, and with `goOn` what they print until the round or the workflow is over. */
export async function printLogs(session: Session, options: LogsOptions, goOn: boolean): Promise<void> {
  const { client, json } = session;
  if (json && !goOn) {
    const chunks: OutputChunk[] = [];
    await readPages(session, options, (chunk) => chunks.push(chunk));
    if (chunks.length === 0) await explainNothing(session, options);
    return printJson({ chunks, nextCursor: null });
  }
  const printText = createPrinter();
  const printChunk = (chunk: OutputChunk) => (json ? printJsonLine(chunk) : printText(chunk));
  const after = await readPages(session, options, printChunk);
  if (!goOn) return after === undefined ? explainNothing(session, options) : undefined;
  await follow<OutputItem>(
    (handlers) => client.workflow.onOutput.subscribe({ ...options, after }, handlers),
    ({ type, ...item }) => {
      if (type === 'chunk') printChunk(item as OutputChunk);
      else return item.round === (options.round ?? null);
    },
    { quiet: json },
  );
}

/** Says why there is nothing where no round has run. **Errors** `NOT_FOUND` for a round that there is not. */
async function explainNothing({ client, json }: Session, { key, round: asked }: LogsOptions): Promise<void> {
  const { round: last, status } = await client.workflow.get.query({ key });
  const mayBegin = last === 0 && status === 'active';
  if (asked !== undefined && asked > last && !mayBegin) {
    const has = last === 0 ? 'it has run none' : `its last is ${last}`;
    throw new PulseError('NOT_FOUND', `'${key}' has no round ${asked}; ${has}`, { what: 'round', id: String(asked) });
  }
  if (last === 0 && !json) note(`'${key}' has run no round${mayBegin ? ' yet' : ''}: nothing has been printed.`);
}

async function readPages({ client }: Session, options: LogsOptions, onChunk: (chunk: OutputChunk) => void) {
  let after: string | undefined;
  for (;;) {
    const page: Awaited<ReturnType<typeof client.workflow.output.query>> = await client.workflow.output.query({
      ...options,
      after,
      limit: 1_000,
    });
    page.chunks.forEach(onChunk);
    after = page.chunks.at(-1)?.id ?? after;
    if (page.nextCursor === null) return after;
  }
}

/** Prints each stream to its own, and to standard error which round it is and what is missing. */
function createPrinter(): (chunk: OutputChunk) => void {
  const texts = { stdout: createRoleText(), stderr: createRoleText() };
  let shown = 0;
  return ({ round, role, stream, text, missingBytes }) => {
    if (round !== shown) note(`Round ${round}, ${role}:`);
    shown = round;
    if (missingBytes > 0) note(`[${missingBytes.toLocaleString('en')} bytes before this were not kept]`);
    process[stream].write(texts[stream](text));
  };
}

function note(text: string): void {
  process.stderr.write(`${styleText('dim', toPrintable(text), { stream: process.stderr })}\n`);
}
