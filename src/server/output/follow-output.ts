import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { formatOutputPlace, type OutputItem, parseOutputPlace } from '#domain/output.ts';
import { evolve, type Workflow } from '#domain/workflow.ts';
import type { Followed } from '../events/follow-events.ts';
import type { Pulse } from '../pulse.ts';
import { toUnavailable } from '../unavailable.ts';
import { getWorkflow } from '../workflows/get.ts';
import { type OutputFilter, readOutput } from './read-output.ts';

type Following = z.output<typeof OutputFilter> & { signal: AbortSignal };
type Page = { cursor: string; data: OutputItem }[];

/** The last that a role prints may be stored after its round is recorded as over. */
const settleMs = 500;
const chunksPerRead = 64;

/**
 * Follows what roles print: first what is kept after the cursor, then each chunk as it is stored, until `signal` fires.
 *
 * When a round is over, and when the workflow is, readers are told; of rounds that were over before, of the last one only.
 * **Errors** `NOT_FOUND` when no workflow has the key; while following, `UNAVAILABLE` when the server closes.
 */
export async function followOutput(pulse: Pulse, options: Following): Promise<Followed<OutputItem>> {
  await getWorkflow(pulse, options);
  return {
    async *items() {
      for await (const page of followPages(pulse, options)) yield* page;
    },
    async *frames() {
      for await (const page of followPages(pulse, options))
        yield Buffer.from(page.map(({ cursor, data }) => `id: ${cursor}\ndata: ${JSON.stringify(data)}\n\n`).join(''));
    },
  };
}

async function* followPages(pulse: Pulse, { key, round, after, signal }: Following): AsyncGenerator<Page> {
  const left = new AbortController();
  const ending = AbortSignal.any([signal, left.signal]);
  const bell = createBell(ending);
  const unwatch = await pulse.watchOutput(key, bell.ring).catch((error) => {
    throw toUnavailable(error);
  });
  try {
    const look = await followRun(pulse, { key, round }, ending, bell.ring);
    let cursor = formatOutputPlace(parseOutputPlace(after));
    let told = { round: 0, all: false };
    let seen = told;
    let sinceMs = 0;
    while (!signal.aborted) {
      bell.reset();
      const { chunks, nextCursor } = await readOutput(pulse, { key, round, after: cursor, limit: chunksPerRead });
      cursor = chunks.at(-1)?.id ?? cursor;
      if (chunks.length > 0) yield chunks.map((chunk) => ({ cursor: chunk.id, data: { type: 'chunk', ...chunk } }));
      if (nextCursor !== null) continue;
      const over = look();
      if (over.round !== seen.round || over.all !== seen.all) sinceMs = performance.now();
      seen = over;
      const remainingMs = sinceMs + settleMs - performance.now();
      if (over.round <= told.round && over.all === told.all) await bell.rung();
      else if (remainingMs > 0) await bell.rung(remainingMs);
      else {
        const rounds = [...(over.round > told.round ? [over.round] : []), ...(over.all && !told.all ? [null] : [])];
        told = over;
        if (rounds.length > 0) yield rounds.map((overRound) => ({ cursor, data: { type: 'over', round: overRound } }));
      }
    }
  } finally {
    left.abort();
    unwatch();
  }
}

/** What was rung stays so until it is reset. */
function createBell(signal: AbortSignal) {
  let isRung = false;
  let wake = () => {};
  const ring = () => {
    isRung = true;
    wake();
  };
  signal.addEventListener('abort', ring, { once: true });
  return {
    ring,
    reset: () => {
      isRung = false;
    },
    rung: async (atMostMs?: number) => {
      if (isRung) return;
      const timeout = new AbortController();
      const rung = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const late = sleep(atMostMs, undefined, { signal: timeout.signal, ref: false }).catch(() => {});
      await (atMostMs === undefined ? rung : Promise.race([rung, late]));
      timeout.abort();
    },
  };
}

/** Follows a workflow's own events. **Shape** tells its last round that is over, or the asked one once it is, and whether all is. */
async function followRun(
  pulse: Pulse,
  { key, round: asked }: { key: string; round?: number | undefined },
  signal: AbortSignal,
  onChange: () => void,
): Promise<() => { round: number; all: boolean }> {
  const after = await pulse.head();
  let workflow: Workflow | null = await getWorkflow(pulse, { key });
  let failure: unknown;

  async function follow(): Promise<void> {
    for await (const { entry } of pulse.tail({ after, key, eventsOnly: true, signal })) {
      if (entry.type === 'event') workflow = evolve(workflow, entry);
      onChange();
    }
  }
  follow().catch((error) => {
    failure = error;
    onChange();
  });

  return () => {
    if (failure) throw failure;
    const { round, role, status } = workflow as Workflow;
    const last = role === null ? round : round - 1;
    const isAskedOver = asked !== undefined && last >= asked;
    return { round: asked === undefined ? last : isAskedOver ? asked : 0, all: status !== 'active' && role === null };
  };
}
