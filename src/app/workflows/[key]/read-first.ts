import 'server-only';
import { toChildrenInput } from '#components/children/children-input.ts';
import { toLastEventsInput, toLateWritesInput } from '#components/workflow/proof-input.ts';
import { findFirstPlace, readTrail, type TimelineSource } from '#components/workflow/read-trail.ts';
import { roundsPerPage } from '#components/workflow/rounds-page.ts';
import { positionOf, type TrailInput, type TrailView, toTrailInput } from '#components/workflow/trail-params.ts';
import type { FirstWorkflow } from '#components/workflow/workflow-view.tsx';
import { isPulseError } from '#domain/errors.ts';
import type { PulseEvent } from '#domain/event.ts';
import { isJsonObject, makeStorable } from '#domain/json.ts';
import { control } from '#domain/kind.ts';
import type { Workflow } from '#domain/workflow.ts';
import { listEvents } from '#server/events/list-events.ts';
import type { Pulse } from '#server/pulse.ts';
import { getWorkflow } from '#server/workflows/get.ts';
import { listWorkflows } from '#server/workflows/list.ts';
import { type Replay, replayWorkflow } from '#server/workflows/replay.ts';
import { listRounds } from '#server/workflows/rounds.ts';
import { getTimeline } from '#server/workflows/timeline.ts';

/** Reads all that a workflow's page shows at first. **Errors** `NOT_FOUND` */
export async function readFirst(pulse: Pulse, key: string, view: TrailView): Promise<FirstWorkflow> {
  const workflow = await getWorkflow(pulse, { key });
  const main = toTrailInput(key, view, view.at === null ? positionOf(view.entry) : undefined);
  const proof = workflow.status === 'aborted' ? [toLastEventsInput(key), toLateWritesInput(key)] : [];
  const inputs = [main, ...proof];
  const [rounds, children, beginning, replay, ...pages] = await Promise.all([
    listRounds(pulse, { key, limit: roundsPerPage }),
    listWorkflows(pulse, toChildrenInput(key)),
    readBeginning(pulse, workflow),
    readMoment(pulse, key, view.at),
    ...inputs.map((input) => readPage(pulse, input)),
  ]);
  return {
    workflow,
    rounds,
    children,
    replay,
    ...beginning,
    trails: inputs.flatMap((input, index) => {
      const page = pages[index];
      return page ? { input, page } : [];
    }),
  };
}

/** Reads where a key and its workflow begin: something may have been written to the key before. */
async function readBeginning(
  pulse: Pulse,
  { key, name, position }: Workflow,
): Promise<Pick<FirstWorkflow, 'firstPosition' | 'start'>> {
  const kind = `${name}.${control.start}`;
  const [first] = (await listEvents(pulse, { key, limit: 1 })).events;
  const [start] = first?.kind === kind ? [first] : (await listEvents(pulse, { key, kind, limit: 1 })).events;
  const firstPosition = first?.position ?? position;
  return { firstPosition, start: { position: start?.position ?? firstPosition, input: describeInput(start) } };
}

/** More than any line shows. */
const inputCharacters = 300;

/** **Shape** the input as JSON, or its beginning; null where the workflow's start is not there or tells none. */
function describeInput(start: PulseEvent | undefined): string | null {
  if (!start || !isJsonObject(start.payload)) return null;
  const text = JSON.stringify(start.payload.input ?? null);
  return text.length > inputCharacters ? `${makeStorable(text.slice(0, inputCharacters))}…` : text;
}

/** A long key takes a while the first time; the page does not wait for that. What was read by then is remembered. */
const patienceMs = 300;

/** **Shape** null for now, and for a moment that is not there in time or at all: the page asks for it, and says why not. */
async function readMoment(pulse: Pulse, key: string, at: number | null): Promise<Replay | null> {
  if (at === null) return null;
  const patience = AbortSignal.timeout(patienceMs);
  try {
    return await replayWorkflow(pulse, { key, position: at }, patience);
  } catch (error) {
    if (patience.aborted || isPulseError(error)) return null;
    throw error;
  }
}

/** An address may name a place that is none: the page says so then. */
async function readPage(pulse: Pulse, input: TrailInput) {
  const source: TimelineSource = (asked) => getTimeline(pulse, asked);
  try {
    return await readTrail(source, input, findFirstPlace(input));
  } catch (error) {
    if (isPulseError(error, 'INVALID_INPUT')) return undefined;
    throw error;
  }
}
