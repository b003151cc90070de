import { describe, expect, it } from 'vitest';
import type { Actor } from './actor.ts';
import type { PulseEvent } from './event.ts';
import type { Json } from './json.ts';
import { evolve, type Workflow } from './workflow.ts';

const ana: Actor = { type: 'user', id: 'ana', name: 'Ana', via: 'web' };
const at = (position: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, position)).toISOString();

/** Folds events given as `[kind, payload]`, at positions 1, 2, 3 … */
function fold(...events: [kind: string, payload?: Json][]): Workflow | null {
  return events.reduce<Workflow | null>(
    (workflow, [kind, payload = {}], index) => evolve(workflow, eventAt(index + 1, kind, payload)),
    null,
  );
}

function eventAt(position: number, kind: string, payload: Json = {}): PulseEvent {
  return { position, key: 'k', sequence: position, kind, payload, actor: ana, occurredAt: at(position), hash: '' };
}

const started: Workflow = {
  key: 'k',
  name: 'meta',
  status: 'active',
  round: 0,
  maxRounds: 5,
  parent: null,
  role: null,
  startedAt: at(1),
  updatedAt: at(1),
  endedAt: null,
  startedBy: ana,
  abortedBy: null,
  reason: null,
  outcome: null,
  resumeAt: null,
  waitingFor: null,
  position: 1,
};

describe('evolve', () => {
  it('given nothing, when it starts, then it is active', () => {
    expect(fold(['meta.__start__', { maxRounds: 5 }])).toEqual(started);
  });

  it('given nothing, when a role of another workflow starts it, then that is its parent', () => {
    const parentOf = (parent: unknown) => fold(['meta.__start__', { parent } as Json])?.parent;
    expect(parentOf({ key: 'fix-68', round: 2 })).toBe('fix-68');
    expect([null, 'fix-68', {}, { key: 68 }, { key: 'x'.repeat(201) }].map(parentOf)).toEqual(Array(5).fill(null));
  });

  it('given nothing, when something else happens, then there is no workflow', () => {
    expect(fold(['meta.coder', { round: 1 }], ['meta.__abort__'])).toBeNull();
  });

  it('given a start, when a round begins and its role reports, then the role runs and is done', () => {
    const running = fold(['meta.__start__', { maxRounds: 5 }], ['meta.__round__', { round: 1, role: 'coder' }]);
    expect(running).toEqual({ ...started, round: 1, role: 'coder', updatedAt: at(2), position: 2 });
    expect(evolve(running, eventAt(3, 'meta.coder', { round: 1 }))).toEqual({
      ...started,
      round: 1,
      updatedAt: at(3),
      position: 3,
    });
  });

  it('given a running role, when another event comes, then the role still runs', () => {
    const events = [['meta.__start__'], ['meta.__round__', { round: 1, role: 'coder' }], ['meta.approval']] as const;
    expect(fold(...(events as unknown as [string, Json?][]))).toMatchObject({ role: 'coder', position: 3 });
  });

  it('given a running role, when it is aborted, then the role runs until it is recorded as stopped', () => {
    const aborted = fold(
      ['meta.__start__', { maxRounds: 5 }],
      ['meta.__round__', { round: 1, role: 'coder' }],
      ['meta.__abort__', { reason: 'task out of scope' }],
    );
    expect(aborted).toEqual({
      ...started,
      status: 'aborted',
      round: 1,
      role: 'coder',
      updatedAt: at(3),
      endedAt: at(3),
      abortedBy: ana,
      reason: 'task out of scope',
      position: 3,
    });
    const stopped = evolve(aborted, eventAt(4, 'meta.__stopped__', { round: 1, role: 'coder' }));
    expect(stopped).toMatchObject({ status: 'aborted', role: null, endedAt: at(3), position: 4 });
  });

  it.each<[string, Json, [string, Json?], object]>([
    [
      'an event',
      { kind: 'deploy.approved', resumeAt: null },
      ['deploy.approved'],
      { waitingFor: null, resumeAt: null },
    ],
    [
      'an event in time',
      { kind: 'deploy.approved', resumeAt: at(3) },
      ['deploy.approved'],
      { waitingFor: null, resumeAt: null },
    ],
    [
      'an event too late',
      { kind: 'deploy.approved', resumeAt: at(2) },
      ['deploy.approved'],
      { waitingFor: 'deploy.approved' },
    ],
    [
      'another event',
      { kind: 'deploy.approved', resumeAt: null },
      ['deploy.refused'],
      { waitingFor: 'deploy.approved' },
    ],
    ['a round', { kind: null, resumeAt: at(9) }, ['meta.__round__', { round: 1, role: 'coder' }], { resumeAt: null }],
    ['an abort', { kind: 'deploy.approved', resumeAt: null }, ['meta.__abort__'], { waitingFor: null }],
  ])('given a wait, when there is %s, then it goes on or is over', (_, wait, next, expected) => {
    const waiting = fold(['meta.__start__'], ['meta.__wait__', { ...(wait as object), reason: 'event' }]);
    const { kind, resumeAt } = wait as { kind: string | null; resumeAt: string | null };
    expect(waiting).toMatchObject({ status: 'active', waitingFor: kind, resumeAt });
    expect(evolve(waiting, eventAt(3, ...next))).toMatchObject(expected);
  });

  it('given a start, when it ends, then it has the outcome', () => {
    expect(fold(['meta.__start__'], ['meta.__end__', { outcome: 'done' }])).toMatchObject({
      status: 'ended',
      outcome: 'done',
      endedAt: at(2),
    });
  });

  it('given an event that it has seen, then nothing changes', () => {
    const workflow = fold(['meta.__start__'], ['meta.__end__', { outcome: 'done' }]);
    expect(evolve(workflow, eventAt(2, 'meta.__abort__'))).toBe(workflow);
  });

  it.each([null, 'text', 7, [], { maxRounds: '5', round: -1, role: 3, reason: {}, outcome: [] }])(
    'given a payload of another shape (%j), then what it does not say is absent',
    (payload) => {
      const all = ['__start__', '__round__', '__abort__'].map((tail) => [`meta.${tail}`, payload] as [string, Json]);
      expect(fold(...all)).toMatchObject({ maxRounds: null, round: 0, role: null, reason: null, status: 'aborted' });
    },
  );
});
