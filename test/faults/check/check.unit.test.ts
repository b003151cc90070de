import { describe, expect, it } from 'vitest';
import type { Actor } from '#domain/actor.ts';
import type { Refusal } from '#domain/event.ts';
import type { Json, JsonObject } from '#domain/json.ts';
import { evolve } from '#domain/workflow.ts';
import { evaluateGuards } from '#server/guards/evaluate.ts';
import { shippedGuards } from '#server/guards/shipped.ts';
import { hashEvent, zeroHash } from '#server/log/hash.ts';
import type { History } from '../history.ts';
import { createJournal, type Journal, note, type Outcome } from '../journal.ts';
import { checkRun } from './check-run.ts';

const actor: Actor = { type: 'user', id: 'ana', name: 'Ana', via: 'api' };
const occurredAt = '2026-11-24T00:00:00.000Z';

/** What a run leaves in which `work` is started, noted and aborted, and one more note is refused. */
async function makeRun(): Promise<{ history: History; journal: Journal }> {
  const history: History = {
    head: { position: 0, refusals: 0 },
    events: [],
    refusals: [],
    streams: new Map(),
    turns: new Map(),
    audit: { ok: true, logId: 'log', key: null, size: 3, root: '', problem: null },
  };
  const journal = createJournal();
  await accept(history, 'work', 'free.__start__', { op: 'a' });
  await accept(history, 'work', 'free.note', { op: 'b' });
  await accept(history, 'work', 'free.__abort__', { op: 'c' });
  refuse(history, 'work', 'free.note', { op: 'd' });
  for (const [index, event] of history.events.entries()) {
    const { position, hash, kind } = event;
    ask(journal, 'abc'[index] as string, kind, index * 10, { type: 'accepted', events: [{ position, hash }] });
  }
  ask(journal, 'd', 'free.note', 30, { type: 'refused', guard: 'workflow-rounds' });
  journal.subscriptions.set('reader', {
    filter: {},
    entries: [
      ...history.events.map((event) => ({ type: 'event' as const, ...event })),
      ...history.refusals.map((refusal) => ({ type: 'refusal' as const, ...refusal })),
    ],
  });
  return { history, journal };
}

async function accept(history: History, key: string, kind: string, payload: JsonObject): Promise<void> {
  const before = history.streams.get(key);
  const sequence = (before?.sequence ?? 0) + 1;
  const position = history.events.length + 1;
  const unsealed = { key, sequence, kind, payload, actor, occurredAt };
  const event = { position, ...unsealed, hash: hashEvent(before?.hash ?? zeroHash, unsealed) };
  const verdict = await evaluateGuards(shippedGuards, before?.guardStates ?? {}, event);
  const guardStates = verdict.ok ? verdict.states : {};
  const workflow = evolve(before?.workflow ?? null, event);
  history.events.push(event);
  history.head.position = position;
  history.streams.set(key, { sequence, epoch: 0, guardStates, hash: event.hash, workflow });
}

function refuse({ head, refusals }: History, key: string, kind: string, payload: Json): void {
  head.refusals += 1;
  const refused = { key, kind, payload, actor, occurredAt, guard: 'workflow-rounds', check: '…', state: null };
  refusals.push({ id: head.refusals, afterPosition: head.position, ...refused } satisfies Refusal);
}

/** Asked at a time, under an epoch perhaps, and answered 5 ms later. */
function ask(journal: Journal, id: string, kind: string, atMs: number, outcome: Outcome, epoch?: number): void {
  note(journal, { type: 'invoked', operation: { id, by: 'ana', key: 'work', kinds: [kind], epoch }, atMs });
  note(journal, { type: 'settled', id, outcome, atMs: atMs + 5 });
}

async function expectProblem(pattern: RegExp, spoil: (run: { history: History; journal: Journal }) => unknown) {
  const run = await makeRun();
  await spoil(run);
  expect(await checkRun(run.history, run.journal)).toContainEqual(expect.stringMatching(pattern));
}

describe('the checker', () => {
  it('finds nothing wrong where nothing is', async () => {
    const { history, journal } = await makeRun();
    expect(await checkRun(history, journal)).toEqual([]);
  });

  it('finds an acknowledged append that is missing, that is there twice, and one that nobody asked', async () => {
    await expectProblem(/b .* was acknowledged at 2 and is not in the log/, ({ history }) =>
      history.events.splice(1, 1),
    );
    await expectProblem(/^d .* was accepted and refused/, ({ history }) =>
      accept(history, 'work', 'free.note', { op: 'd' }),
    );
    await expectProblem(/^b .* is in the log as free.note at 2,free.note at 4/, ({ history }) =>
      accept(history, 'work', 'free.note', { op: 'b' }),
    );
    await expectProblem(/'z', which nobody has asked/, ({ history }) =>
      accept(history, 'other', 'free.note', { op: 'z' }),
    );
  });

  it('finds an answer that was not true', async () => {
    await expectProblem(/has no refusal by workflow-rounds/, ({ history }) => history.refusals.pop());
    await expectProblem(/told to be in conflict, and is stored/, ({ journal }) =>
      note(journal, { type: 'settled', id: 'b', outcome: { type: 'conflict' }, atMs: 15 }),
    );
    await expectProblem(/elsewhere than acknowledged/, ({ journal }) =>
      ask(journal, 'b', 'free.note', 10, { type: 'accepted', events: [{ position: 2, hash: 'other' }] }),
    );
  });

  it('finds a gap between positions, and a head that is not the end', async () => {
    await expectProblem(/position 4 is the event number 3/, ({ history }) =>
      Object.assign(history.events[2] ?? {}, { position: 4 }),
    );
    await expectProblem(/the head is at 9, with 3 events/, ({ history }) =>
      Object.assign(history.head, { position: 9 }),
    );
    await expectProblem(/the audit at 2: altered/, ({ history }) =>
      Object.assign(history.audit, { ok: false, problem: { position: 2, reason: 'altered' } }),
    );
  });

  it('finds what was accepted after the end, and a state that the events do not give', async () => {
    await expectProblem(/free.note of work at 4 was accepted after its end at 3/, ({ history }) =>
      accept(history, 'work', 'free.note', { op: 'e' }),
    );
    await expectProblem(/workflow-rounds refuses free.note of work at 4/, ({ history }) =>
      accept(history, 'work', 'free.note', { op: 'e' }),
    );
    await expectProblem(/work is stored as .*"sequence":7/, ({ history }) =>
      Object.assign(history.streams.get('work') ?? {}, { sequence: 7 }),
    );
  });

  it('finds an order that is not that of the answers', () =>
    expectProblem(/a stands at 1, before c at 3, which was answered before it was asked/, ({ journal }) => {
      Object.assign(journal.operations.get('a') ?? {}, { invokedAtMs: 50, settledAtMs: 55 });
    }));

  it('finds what was accepted under an epoch that was over, and an epoch with two holders', async () => {
    const fence = (journal: Journal, id: string, epoch: number) =>
      Object.assign(journal.operations.get(id) ?? {}, { epoch });
    await expectProblem(/note of work at 2 was accepted under epoch 1, after one under epoch 2/, ({ journal }) => {
      fence(journal, 'a', 2);
      fence(journal, 'b', 1);
    });
    await expectProblem(/under epoch 1, and had been asked 3 ms after epoch 2 was taken/, ({ journal }) => {
      fence(journal, 'b', 1);
      note(journal, { type: 'claimed', by: 'ben', key: 'work', epoch: 2, atMs: 7 });
    });
    await expectProblem(/epoch 2 of work was taken by ana and ben/, ({ journal }) => {
      for (const by of ['ana', 'ben']) note(journal, { type: 'claimed', by, key: 'work', epoch: 2, atMs: 0 });
    });
  });

  it('finds a workflow that needs an adapter and has no turn, and a turn that nobody needs', async () => {
    await expectProblem(/^work is active, nothing runs, and it has no turn/, ({ history }) => {
      const stream = history.streams.get('work');
      if (stream?.workflow) Object.assign(stream.workflow, { status: 'active' });
    });
    const turn = { adapterId: null, dueAt: null };
    await expectProblem(/^work is aborted, nothing runs, and it has a turn/, ({ history }) =>
      history.turns.set('work', turn),
    );
    await expectProblem(/^other has a turn and is no workflow/, ({ history }) => history.turns.set('other', turn));
    await expectProblem(/^work waits until null, and its turn is due at null/, ({ history }) =>
      history.turns.set('work', turn),
    );
  });

  it('finds a child that outlives its parent, or begins after it', async () => {
    const startChild = (history: History) =>
      accept(history, 'child', 'free.__start__', { op: 'e', parent: { key: 'work', round: 1 } });
    await expectProblem(/child is a child of work, which was over at 3, and began at 4/, ({ history }) =>
      startChild(history),
    );
    const living = async (history: History) => {
      const [start, ...rest] = history.events.splice(0);
      history.events.push(start as (typeof rest)[number]);
      await startChild(history);
      history.events.push(...rest);
    };
    await expectProblem(/child .* was over at 3 by an abort, and is still active/, ({ history }) => living(history));
    await expectProblem(/child .* and its own abort at 5 does not name that/, async ({ history }) => {
      await living(history);
      await accept(history, 'child', 'free.__abort__', { op: 'f', cause: { key: 'work', position: 9 } });
    });
  });

  it('finds a subscriber that missed an entry, saw one twice or saw another order', async () => {
    const entriesOf = (journal: Journal) => journal.subscriptions.get('reader')?.entries ?? [];
    await expectProblem(/reader was given nothing as number 4/, ({ journal }) => entriesOf(journal).pop());
    await expectProblem(/reader was given .* event 1 as number 2/, ({ journal }) => {
      const [first] = entriesOf(journal);
      if (first) entriesOf(journal).unshift(first);
    });
    await expectProblem(/reader was given .* refusal 1 as number 1/, ({ journal }) => entriesOf(journal).reverse());
  });
});
