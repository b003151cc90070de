import { styleText } from 'node:util';
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
    return printJson({ chunks, nextCursor: null });
  }
  const printText = createPrinter();
  const printChunk = (chunk: OutputChunk) => (json ? printJsonLine(chunk) : printText(chunk));
  const after = await readPages(session, options, printChunk);
  if (!goOn) return;
  await follow<OutputItem>(
    (handlers) => client.workflow.onOutput.subscribe({ ...options, after }, handlers),
    ({ type, ...item }) => {
      if (type === 'chunk') printChunk(item as OutputChunk);
      else return item.round === (options.round ?? null);
    },
    { quiet: json },
  );
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
