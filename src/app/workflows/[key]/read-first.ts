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
import { control, splitKind } from '#domain/kind.ts';
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
  const inputs = [main, toLastEventsInput(key), ...(workflow.status === 'aborted' ? [toLateWritesInput(key)] : [])];
  const [rounds, children, start, replay, ...pages] = await Promise.all([
    listRounds(pulse, { key, limit: roundsPerPage }),
    listWorkflows(pulse, toChildrenInput(key)),
    listEvents(pulse, { key, limit: 1 }),
    readMoment(pulse, key, view.at),
    ...inputs.map((input) => readPage(pulse, input)),
  ]);
  return {
    workflow,
    rounds,
    children,
    replay,
    start: { position: start.events[0]?.position ?? workflow.position, input: describeInput(start.events[0]) },
    trails: inputs.flatMap((input, index) => {
      const page = pages[index];
      return page ? { input, page } : [];
    }),
  };
}

/** More than any line shows. */
const inputCharacters = 300;

/** **Shape** the input as JSON, or its beginning; null where the key's first event is not the workflow's start. */
function describeInput(event: PulseEvent | undefined): string | null {
  if (!event || splitKind(event.kind).tail !== control.start || !isJsonObject(event.payload)) return null;
  const text = JSON.stringify(event.payload.input ?? null);
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
