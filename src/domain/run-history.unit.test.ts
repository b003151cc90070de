import { describe, expect, it } from 'vitest';
import type { PulseEvent } from '#domain/event.ts';
import type { Json } from '#domain/json.ts';
import { emptyRun, foldRun } from './run-history.ts';

const makeEvent = (sequence: number, tail: string, payload: Json): PulseEvent => ({
  position: 100 + sequence,
  key: 'k1',
  sequence,
  kind: tail.includes('.') ? tail : `meta.${tail}`,
  payload,
  actor: { type: 'system', id: 's', name: 's', via: 'api' },
  occurredAt: '2026-01-01T00:00:00.000Z',
  hash: '',
});

/** Folds the events of a key, given as tail and payload, from sequence 1 on. */
const fold = (...events: [tail: string, payload: Json][]) =>
  events.map(([tail, payload], index) => makeEvent(index + 1, tail, payload)).reduce(foldRun, emptyRun);

const start: [string, Json] = ['__start__', { input: { task: 't' }, maxRounds: 4 }];
const round = (n: number, role: string): [string, Json] => ['__round__', { round: n, role, adapter: 'a1' }];

describe('foldRun', () => {
  it('takes the input and maxRounds from the start', () => {
    expect(fold(start)).toEqual({
      sequence: 1,
      position: 101,
      input: { task: 't' },
      maxRounds: 4,
      startedAt: '2026-01-01T00:00:00.000Z',
      timeoutMs: null,
      round: 0,
      open: null,
      history: [],
      events: [],
      waits: [],
      wait: null,
      readyAtMs: Date.UTC(2026, 0, 1),
    });
    expect(fold(['__start__', { timeoutMs: 5_000 }])).toMatchObject({ timeoutMs: 5_000 });
    expect(fold(['__start__', { timeoutMs: -1, maxRounds: 'many', input: 1 }])).toMatchObject({
      input: 1,
      maxRounds: null,
      timeoutMs: null,
    });
    expect(fold(['__start__', {}])).toMatchObject({ input: null, maxRounds: null });
    expect(fold(['__start__', 'by hand'])).toMatchObject({ sequence: 1, input: null, maxRounds: null });
  });

  it('has a round open from its start to its end', () => {
    expect(fold(start, round(1, 'coder'))).toMatchObject({ round: 1, open: { round: 1, role: 'coder' }, history: [] });
    const result = { round: 1, role: 'coder', outcome: 'failed', output: { n: 1 }, error: 'broke', durationMs: 5 };
    expect(fold(start, round(1, 'coder'), ['coder', result])).toMatchObject({
      round: 1,
      open: null,
      history: [{ round: 1, role: 'coder', outcome: 'failed', output: { n: 1 }, error: 'broke' }],
    });
  });

  it('takes an end without an output', () => {
    expect(fold(start, round(1, 'coder'), ['coder', { round: 1 }])).toMatchObject({
      open: null,
      history: [{ outcome: 'succeeded', output: null, error: null }],
    });
  });

  it('counts a stopped round as lost', () => {
    const stopped: [string, Json] = ['__stopped__', { round: 1, role: 'coder', how: 'SIGTERM', tookMs: 3 }];
    const { open, history } = fold(start, round(1, 'coder'), stopped, round(2, 'coder'));
    expect(open).toEqual({ round: 2, role: 'coder' });
    expect(history).toEqual([
      { round: 1, role: 'coder', outcome: 'lost', output: null, error: 'it was stopped (SIGTERM)' },
    ]);
  });

  it('tells a round whose time was up from a lost one', () => {
    const stopped: [string, Json] = ['__stopped__', { round: 1, how: 'SIGKILL', tookMs: 3, reason: 'timed-out' }];
    expect(fold(start, round(1, 'coder'), stopped).history).toMatchObject([
      { outcome: 'timed-out', error: 'its time was up, and it was stopped (SIGKILL)' },
    ]);
  });

  it('passes over what is no end of the open round', () => {
    const run = fold(
      start,
      ['approved', { by: 'ana' }],
      round(1, 'coder'),
      ['reviewer', { round: 1, outcome: 'succeeded', output: null }],
      ['coder', { round: 7, outcome: 'succeeded', output: null }],
      ['__stopped__', { round: 7, role: 'coder', how: 'lost' }],
      ['coder', 'a note'],
    );
    expect(run).toMatchObject({ sequence: 7, open: { round: 1, role: 'coder' }, history: [] });
  });

  it('takes each event once', () => {
    const run = fold(start, round(1, 'coder'));
    expect(foldRun(run, makeEvent(2, '__stopped__', { round: 1, role: 'coder', how: 'lost' }))).toBe(run);
  });

  it('waits until an event of the kind comes in time, and knows what came', () => {
    const wait: [string, Json] = [
      '__wait__',
      { kind: 'deploy.approved', resumeAt: '2026-01-01T00:00:00.000Z', reason: 'event' },
    ];
    const waiting = fold(start, ['deploy.approved', { by: 'too early' }], wait, ['deploy.refused', null]);
    expect(waiting).toMatchObject({ wait: { kind: 'deploy.approved' }, waits: [] });
    expect(waiting.events.map(({ kind }) => kind)).toEqual(['deploy.approved', 'deploy.refused']);
    const approved = foldRun(waiting, makeEvent(5, 'deploy.approved', { by: 'Ada' }));
    const event = { kind: 'deploy.approved', payload: { by: 'Ada' } };
    expect(approved).toMatchObject({ wait: null, waits: [{ kind: 'deploy.approved', event }] });
    const late = { ...makeEvent(5, 'deploy.approved', null), occurredAt: '2026-01-01T00:00:00.001Z' };
    expect(foldRun(waiting, late)).toMatchObject({ wait: waiting.wait, waits: [] });
    expect(foldRun(approved, makeEvent(6, ...round(1, 'coder')))).toMatchObject({ waits: [], round: 1 });
  });

  it('takes it from the next wait that the time of the one before was over', () => {
    const wait = (resumeAt: string | null): [string, Json] => [
      '__wait__',
      { kind: 'deploy.approved', resumeAt, reason: 'event' },
    ];
    const first = wait('2026-01-01T00:00:01.000Z');
    expect(fold(start, first, first)).toMatchObject({ waits: [], wait: { resumeAt: '2026-01-01T00:00:01.000Z' } });
    expect(fold(start, first, wait(null))).toMatchObject({
      waits: [{ kind: 'deploy.approved', event: null }],
      wait: { resumeAt: null },
      readyAtMs: Date.UTC(2026, 0, 1, 0, 0, 1),
    });
  });
});
