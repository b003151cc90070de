import type { Actor } from '#domain/actor.ts';
import type { Cursor } from '#domain/cursor.ts';
import type { PulseEvent, TimelineEntry } from '#domain/event.ts';
import type { Json } from '#domain/json.ts';
import { control } from '#domain/kind.ts';
import { limits } from '#domain/limits.ts';
import type { RoundResult } from '#domain/moderator.ts';
import { emptyRun, foldRun } from '#domain/run-history.ts';
import type { Workflow } from '#domain/workflow.ts';
import { appendEvent } from '#server/events/append-event.ts';
import type { Pulse } from '#server/pulse.ts';
import { abortWorkflow } from '#server/workflows/abort.ts';
import { getWorkflow } from '#server/workflows/get.ts';
import { GetTimeline, getTimeline } from '#server/workflows/timeline.ts';
import type { Pacer } from './pacer.ts';

/** A workflow that a test has started. It stands still until it is told to go on. */
export interface TestRun<Round extends RoundResult = RoundResult> {
  key: string;
  /**
   * Lets one tick happen: a round, the end, or the beginning of a wait.
   *
   * **Shape** the round that was run, or null when it was none. Resolves when the tick is over, also by an abort.
   */
  step(): Promise<Round | null>;
  /** Lets it go on until it has ended, was aborted, or waits for an event. **Shape** the workflow then. */
  finish(): Promise<Workflow>;
  /** Aborts it, as a person does. **Errors** `GUARD_REJECTED` when it was over. */
  abort(reason?: string): Promise<Workflow>;
  /** Appends `<name>.<tail>`, such as somebody's approval. **Errors** as of `event.append`. */
  append(tail: string, payload?: Json): Promise<PulseEvent>;
  /** Waits for the first event `<name>.<tail>` on its trail, such as `__round__` of a role that runs while the test goes on. */
  waitFor(tail: string): Promise<PulseEvent>;
  workflow(): Promise<Workflow>;
  /** Its finished rounds, as its moderator is given them. */
  history(): Promise<Round[]>;
  /** Its audit trail: events, and attempts that a guard refused. */
  trail(): Promise<TimelineEntry[]>;
}

/** Gives a test its hands on a workflow. */
export function createTestRun<Round extends RoundResult>(
  pulse: Pulse,
  pacer: Pacer,
  { key, name }: Pick<Workflow, 'key' | 'name'>,
  actor: Actor,
): TestRun<Round> {
  const workflow = () => getWorkflow(pulse, { key });

  async function step(): Promise<Round | null> {
    const before = await history();
    if (isOver(await workflow())) return null;
    const over = new AbortController();
    try {
      const resting = rest(await pulse.head(), over.signal);
      await Promise.race([pacer.step(key), resting]);
    } finally {
      over.abort();
      pacer.hold(key);
    }
    return (await history())[before.length] ?? null;
  }

  /** Resolves when the workflow waits, or is over and its role as well: then its adapter asks for no further tick. */
  async function rest(after: Cursor, signal: AbortSignal): Promise<void> {
    for await (const { entry } of pulse.tail({ after, key, signal })) {
      if (entry.kind === `${name}.${control.wait}` || isOver(await workflow())) return;
    }
  }

  async function waitFor(tail: string): Promise<PulseEvent> {
    const found = new AbortController();
    const after = { ...(await pulse.head()), position: 0, refusals: 0 };
    for await (const { entry } of pulse.tail({ after, key, signal: found.signal })) {
      if (entry.type === 'event' && entry.kind === `${name}.${tail}`) return entry;
    }
    throw new Error(`the log was closed before ${name}.${tail}`);
  }

  async function trail(): Promise<TimelineEntry[]> {
    const entries: TimelineEntry[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await getTimeline(pulse, GetTimeline.parse({ key, limit: limits.pageItems, cursor }));
      entries.push(...page.entries);
      cursor = page.nextCursor;
    }
    return entries;
  }

  async function history(): Promise<Round[]> {
    const events = (await trail()).filter((entry) => entry.type === 'event');
    return [...events.reduce(foldRun, emptyRun).history] as Round[];
  }

  return {
    key,
    step,
    finish: async () => {
      for (;;) {
        const found = await workflow();
        if (isOver(found) || found.waitingFor !== null) return found;
        await step();
      }
    },
    abort: async (reason) => (await abortWorkflow(pulse, { key, reason }, actor)).workflow,
    append: (tail, payload) => appendEvent(pulse, { kind: `${name}.${tail}`, key, payload }, actor),
    waitFor,
    workflow,
    history,
    trail,
  };
}

function isOver({ status, role }: Workflow): boolean {
  return status !== 'active' && role === null;
}
