import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GuardedEvent, GuardStates } from '#domain/guard.ts';
import type { Json } from '#domain/json.ts';
import { evaluateGuards } from './evaluate.ts';
import { shippedGuards } from './shipped.ts';

type Said = [kind: string, payload?: Json];

const event = ([kind, payload = null]: Said): GuardedEvent => ({
  key: 'k1',
  kind,
  payload,
  actor: { type: 'adapter', id: 'a1', name: 'adapter', via: 'adapter' },
  occurredAt: '2026-01-01T00:00:00.000Z',
});

/** Appends one after the other. **Shape** the states at the end, and for each event the guard that refused it, or `ok`. */
async function append(events: Said[], states: GuardStates = {}) {
  const results: string[] = [];
  for (const each of events) {
    const verdict = await evaluateGuards(shippedGuards, states, event(each));
    results.push(verdict.ok ? 'ok' : verdict.guard);
    if (verdict.ok) states = verdict.states;
  }
  return { states, results };
}

const start: Said = ['meta.__start__'];
const abort: Said = ['meta.__abort__', { reason: 'task out of scope' }];
const end: Said = ['meta.__end__', { outcome: 'done' }];
const round = (n: number, role: Json = 'coder'): Said => ['meta.__round__', { round: n, role }];
const work = (n: number, role = 'coder'): Said => [`meta.${role}`, { round: n, output: 'x' }];
const wait: Said = ['meta.__wait__', { kind: 'deploy.approved', resumeAt: null, reason: 'event' }];
const stopped = (n: number, role = 'coder'): Said => [
  'meta.__stopped__',
  { round: n, role, how: 'SIGTERM', tookMs: 5 },
];

const lifecycle = 'workflow-lifecycle';
const rounds = 'workflow-rounds';

describe('given the shipped workflow-lifecycle', () => {
  it('when it is read, then it is field for field the one that was specified', () => {
    expect(JSON.stringify(shippedGuards[0]?.definition)).toBe(
      JSON.stringify({
        name: 'workflow-lifecycle',
        initial_value: { status: 'unknown' },
        sources: [
          { kind: '*.__start__', check: "state.status = 'unknown'", transition: "{'status':'active'}" },
          { kind: '*.__abort__', check: "state.status = 'active'", transition: "{'status':'aborted'}" },
          { kind: '*.__end__', check: "state.status = 'active'", transition: "{'status':'ended'}" },
        ],
      }),
    );
  });

  it.each<[string, Said[], Said, string]>([
    ['unknown', [], start, 'active'],
    ['unknown', [], abort, 'refused'],
    ['unknown', [], end, 'refused'],
    ['active', [start], start, 'refused'],
    ['active', [start], abort, 'aborted'],
    ['active', [start], end, 'ended'],
    ['aborted', [start, abort], start, 'refused'],
    ['aborted', [start, abort], abort, 'refused'],
    ['aborted', [start, abort], end, 'refused'],
    ['ended', [start, end], start, 'refused'],
    ['ended', [start, end], abort, 'refused'],
    ['ended', [start, end], end, 'refused'],
  ])('when the workflow is %s, after %j, and %j comes, then it is %s', async (status, before, next, expected) => {
    const { states } = await append(before);
    const verdict = await evaluateGuards(shippedGuards, states, event(next));
    if (expected !== 'refused')
      expect(verdict).toMatchObject({ ok: true, states: { [lifecycle]: { status: expected } } });
    else expect(verdict).toMatchObject({ ok: false, guard: lifecycle, state: { status } });
  });
});

describe('given the shipped workflow-rounds', () => {
  it.each<[string, Said[], string[]]>([
    [
      'a workflow of two rounds',
      [start, round(1), work(1), round(2, 'reviewer'), work(2, 'reviewer'), end],
      ['ok', 'ok', 'ok', 'ok', 'ok', 'ok'],
    ],
    ['a round before the start', [round(1)], [rounds]],
    ['a role before the start', [work(1)], [rounds]],
    ['a role without a round', [start, work(1)], ['ok', rounds]],
    ['a round that skips one', [start, round(2)], ['ok', rounds]],
    ['a round that is repeated', [start, round(1), work(1), round(1)], ['ok', 'ok', 'ok', rounds]],
    ['a round while a role runs', [start, round(1), round(2)], ['ok', 'ok', rounds]],
    ['a round without a role', [start, ['meta.__round__', { round: 1 }]], ['ok', rounds]],
    ['a round with an empty role', [start, round(1, '')], ['ok', rounds]],
    ['a round with a number as its role', [start, round(1, 7)], ['ok', rounds]],
    ['a round in an array', [start, ['meta.__round__', [{ round: 1, role: 'coder' }]]], ['ok', rounds]],
    ['a round with no payload', [start, ['meta.__round__']], ['ok', rounds]],
    ['a round as a text', [start, ['meta.__round__', { round: '1', role: 'coder' }]], ['ok', rounds]],
    ['two results of one round', [start, round(1), work(1), work(1)], ['ok', 'ok', 'ok', rounds]],
    ['a result of an earlier round', [start, round(1), work(1), round(2), work(1)], ['ok', 'ok', 'ok', 'ok', rounds]],
    ['another role than the running one', [start, round(1), work(1, 'reviewer')], ['ok', 'ok', rounds]],
    ['a result that names no round', [start, round(1), ['meta.coder', { output: 'x' }]], ['ok', 'ok', rounds]],
    ['a result with no payload', [start, round(1), ['meta.coder']], ['ok', 'ok', rounds]],
    ['an abort between rounds', [start, round(1), work(1), abort, round(2)], ['ok', 'ok', 'ok', 'ok', rounds]],
    [
      'a late write after an abort',
      [start, round(1), abort, work(1), stopped(1), work(1)],
      ['ok', 'ok', 'ok', rounds, 'ok', rounds],
    ],
    ['a late write after an end', [start, round(1), end, work(1), stopped(1)], ['ok', 'ok', 'ok', rounds, 'ok']],
    ['a stop recorded twice', [start, round(1), abort, stopped(1), stopped(1)], ['ok', 'ok', 'ok', 'ok', rounds]],
    ['a stop of another role', [start, round(1), abort, stopped(1, 'reviewer')], ['ok', 'ok', 'ok', rounds]],
    ['a stop of another round', [start, round(1), abort, stopped(2)], ['ok', 'ok', 'ok', rounds]],
    ['a stop when nothing runs', [start, abort, stopped(0)], ['ok', 'ok', rounds]],
    [
      'a stop after the role has finished',
      [start, round(1), work(1), abort, stopped(1)],
      ['ok', 'ok', 'ok', 'ok', rounds],
    ],
    [
      'a role whose adapter died, then the next round',
      [start, round(1), stopped(1), round(2)],
      ['ok', 'ok', 'ok', 'ok'],
    ],
    [
      'an approval while it is open',
      [start, ['meta.approved', { by: 'Ada' }], round(1), ['meta.approved']],
      ['ok', 'ok', 'ok', 'ok'],
    ],
    [
      'a wait between rounds, and none before the start, while a role runs, or after the end',
      [wait, start, wait, round(1), wait, work(1), wait, round(2), stopped(2), abort, wait],
      [rounds, 'ok', 'ok', 'ok', rounds, 'ok', 'ok', 'ok', 'ok', 'ok', rounds],
    ],
    ['an approval after an abort', [start, abort, ['meta.approved', { by: 'Ada' }]], ['ok', 'ok', rounds]],
    [
      'an event of three segments',
      [start, ['meta.coder.note'], abort, ['meta.coder.note']],
      ['ok', 'ok', 'ok', rounds],
    ],
    [
      'events of a key that is no workflow',
      [['game.moved', { to: 'e4' }], ['game.moved', [1]], ['game.piece.moved'], ['pulse.guard.__apply__']],
      ['ok', 'ok', 'ok', 'guard-registry'],
    ],
    [
      'a payload of many items',
      [start, round(1), ['meta.note', Array.from({ length: 5_000 }, (_, n) => n)]],
      ['ok', 'ok', 'ok'],
    ],
    [
      'a role named like a part of another kind',
      [start, round(1, 'code'), ['meta.decode'], ['code.meta']],
      ['ok', 'ok', 'ok', 'ok'],
    ],
  ])('when there is %s, then exactly the right events pass', async (_what, events, expected) => {
    expect((await append(events)).results).toEqual(expected);
  });

  it('when a role runs through an abort, then its state says so until it has stopped', async () => {
    const { states } = await append([start, round(1), abort]);
    expect(states[rounds]).toEqual({ status: 'aborted', round: 1, role: 'coder' });
    expect((await append([stopped(1)], states)).states[rounds]).toEqual({ status: 'aborted', round: 1, role: null });
  });
});

const tails = [
  '__start__',
  '__round__',
  '__stopped__',
  '__abort__',
  '__end__',
  'coder',
  'reviewer',
  'note',
  'sub.note',
];
const anyEvent: fc.Arbitrary<Said> = fc.tuple(
  fc.constantFrom(...tails).map((tail) => `meta.${tail}`),
  fc.oneof(
    fc.record({ round: fc.integer({ min: 0, max: 3 }), role: fc.constantFrom('coder', 'reviewer') }),
    fc.constantFrom<Json>(null, {}, [], [{ round: 1, role: 'coder' }], { role: 'coder' }, 'text', 1),
  ),
);

describe('given any sequence of events', () => {
  it('when the workflow was aborted or ended, then nothing passes but one __stopped__ of the role that ran', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyEvent, { maxLength: 12 }),
        fc.constantFrom(abort, end),
        fc.array(anyEvent, { minLength: 1, maxLength: 20 }),
        async (before, close, after) => {
          const open = await append([start, round(1), ...before, close]);
          const { results, states } = await append(after, open.states);
          const passed = after.filter((_, index) => results[index] === 'ok').map(([kind]) => kind);
          const ran = (open.states[rounds] as { role: string | null }).role !== null;
          expect(passed.every((kind) => kind === 'meta.__stopped__')).toBe(true);
          expect(passed.length).toBeLessThanOrEqual(ran ? 1 : 0);
          expect(states[lifecycle]).toEqual(open.states[lifecycle]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('when it is appended, then both guards agree about the status, and rounds go up one by one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEvent, { maxLength: 25 }), async (events) => {
        let states: GuardStates = {};
        let lastRound = 0;
        for (const each of events) {
          const after = await append([each], states);
          const passed = after.results[0] === 'ok';
          if (passed && each[0] === 'meta.__round__') {
            lastRound += 1;
            expect(each[1]).toMatchObject({ round: lastRound });
          }
          if (!passed) expect(after.states).toBe(states);
          states = after.states;
          const status = (name: string) => (states[name] as { status: string } | undefined)?.status ?? 'unknown';
          expect(status(rounds)).toBe(status(lifecycle));
        }
      }),
      { numRuns: 300 },
    );
  });
});
