import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Actor } from '#domain/actor.ts';
import { defineWorkflow, type WorkflowDefinition } from '#domain/definition.ts';
import type { Decision, ModeratorContext, RoundResult } from '#domain/moderator.ts';
import { fn, type Role } from '#domain/role.ts';
import { emptyRun, type Run } from '#domain/run-history.ts';
import { decideTick, type Step } from './tick.ts';

const coder = fn<unknown>(() => null);
const definition = defineWorkflow(
  {
    name: 'meta',
    description: 'Codes until it is done.',
    input: z.object({ task: z.string().default('nothing') }),
    maxRounds: 3,
  },
  {
    roles: { coder },
    moderator: ({ history }) => (history.at(-1)?.output === 'done' ? { end: 'approved' } : { role: 'coder' }),
  },
) as WorkflowDefinition;

const result = (round: number, output: string | null = null): RoundResult => ({
  round,
  role: 'coder',
  outcome: 'succeeded',
  output,
  error: null,
});
const nowMs = Date.parse('2026-01-01T12:00:00Z');
const begun: Run = { ...emptyRun, sequence: 1, input: {} };
const having = (...history: RoundResult[]): Run => ({ ...begun, round: history.length, history });
const actor: Actor = { type: 'user', id: 'ana', name: 'Ana', via: 'web' };
const at = (ms: number) => new Date(nowMs + ms).toISOString();
const decide = (run: Run, status = 'active', changes: Partial<WorkflowDefinition> = {}) =>
  decideTick('k1', status, run, { ...definition, ...changes }, nowMs);

describe('a tick', () => {
  it('runs the role that the moderator picks, with the input as the schema reads it', () => {
    const step = decide(having(result(1)));
    expect(step).toEqual({
      do: 'round',
      role: coder,
      context: {
        key: 'k1',
        role: 'coder',
        round: 2,
        input: { task: 'nothing' },
        history: [result(1)],
        events: [],
        waits: [],
        idempotencyKey: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
      leftMs: Number.POSITIVE_INFINITY,
    });
  });

  it.each(['aborted', 'ended', 'unknown'])('leaves a workflow that is %s', (status) => {
    expect(decide(having(result(1)), status)).toEqual({ do: 'leave' });
  });

  it.each(['active', 'aborted', 'ended'])('records a round that is open as lost when the workflow is %s', (status) => {
    const open = { round: 1, role: 'coder' };
    expect(decide({ ...begun, round: 1, open }, status)).toEqual({ do: 'record-lost', ...open });
  });

  it('ends as the moderator says, also when the rounds are used up', () => {
    expect(decide(having(result(1), result(2), result(3, 'done')))).toEqual({
      do: 'end',
      outcome: 'approved',
      error: null,
    });
  });

  it('ends with max-rounds when the rounds are used up, those of its start before those of its definition', () => {
    expect(decide(having(result(1), result(2)))).toMatchObject({ do: 'round' });
    expect(decide(having(result(1), result(2), result(3)))).toEqual({ do: 'end', outcome: 'max-rounds', error: null });
    expect(decide({ ...having(result(1)), maxRounds: 1 })).toMatchObject({ outcome: 'max-rounds' });
    expect(decide({ ...having(result(1), result(2), result(3)), maxRounds: 4 })).toMatchObject({ do: 'round' });
  });

  it('ends with timed-out when its time is up, that of its start before that of its definition', () => {
    const startedAt = '2026-01-01T11:59:00Z';
    const run = { ...having(result(1)), startedAt };
    const timedOut = { do: 'end', outcome: 'timed-out', error: null };
    expect(decide(run, 'active', { timeoutMs: 60_000 })).toEqual(timedOut);
    expect(decide(run, 'active', { timeoutMs: 60_001 })).toMatchObject({ do: 'round', leftMs: 1 });
    expect(decide({ ...run, timeoutMs: 60_000 }, 'active', { timeoutMs: 90_000 })).toEqual(timedOut);
    expect(decide({ ...run, timeoutMs: 90_000 }, 'active', { timeoutMs: 60_000 })).toMatchObject({ do: 'round' });
    const finished = { ...having(result(1, 'done')), startedAt, timeoutMs: 1 };
    expect(decide(finished)).toMatchObject({ do: 'end', outcome: 'approved' });
  });

  it('pauses between rounds, as the definition says or the moderator says otherwise', () => {
    const paused = { ...having(result(1)), readyAtMs: nowMs - 100 };
    const pause = (resumeAt: string) => ({ do: 'wait', wait: { kind: null, resumeAt, reason: 'delay' } });
    expect(decide(paused, 'active', { delayMs: 500 })).toEqual(pause(at(400)));
    expect(decide(paused, 'active', { delayMs: 100 })).toMatchObject({ do: 'round' });
    expect(decide({ ...begun, readyAtMs: nowMs }, 'active', { delayMs: 500 })).toMatchObject({ do: 'round' });
    expect(decide({ ...paused, readyAtMs: nowMs + 50 })).toMatchObject({ do: 'round' });
    const moderator = () => ({ role: 'coder', delayMs: 300 });
    expect(decide(paused, 'active', { delayMs: 50, moderator })).toEqual(pause(at(200)));
    expect(decide({ ...begun, readyAtMs: nowMs }, 'active', { moderator })).toEqual(pause(at(300)));
  });

  it('waits for what the moderator asks for, until its time or without end', () => {
    const wait = (decision: Decision) => decide(begun, 'active', { moderator: () => decision });
    const asked = { kind: 'deploy.approved', reason: 'event' };
    expect(wait({ wait: 'deploy.approved', timeoutMs: 5_000 })).toEqual({
      do: 'wait',
      wait: { ...asked, resumeAt: at(5_000) },
    });
    expect(wait({ wait: 'deploy.approved' })).toEqual({ do: 'wait', wait: { ...asked, resumeAt: null } });
  });

  it('asks the moderator again when a wait is over, and goes on waiting before', () => {
    const moderator = ({ waits }: ModeratorContext<unknown>): Decision =>
      waits.length > 0 ? { end: waits[0]?.event ? 'approved' : 'timed-out' } : { wait: 'deploy.approved' };
    const wait = { kind: 'deploy.approved', resumeAt: at(1), reason: 'event' as const };
    const decideWaiting = (run: Partial<Run>) => decide({ ...begun, ...run }, 'active', { moderator });
    expect(decideWaiting({ wait })).toEqual({ do: 'wait', wait });
    expect(decideWaiting({ wait: { ...wait, resumeAt: at(0) } })).toMatchObject({ outcome: 'timed-out' });
    const event = { kind: 'deploy.approved', payload: null, actor, occurredAt: at(0) };
    expect(decideWaiting({ waits: [{ kind: 'deploy.approved', event }] })).toMatchObject({ outcome: 'approved' });
  });

  it('waits no longer than the workflow may take, and then ends', () => {
    const run = { ...having(result(1)), startedAt: at(0), timeoutMs: 1_000, readyAtMs: nowMs };
    const resumeAt = at(1_000);
    const moderator = () => ({ wait: 'deploy.approved' });
    expect(decide(run, 'active', { moderator })).toMatchObject({ do: 'wait', wait: { resumeAt, reason: 'event' } });
    expect(decide(run, 'active', { delayMs: 5_000 })).toMatchObject({
      do: 'wait',
      wait: { resumeAt, reason: 'delay' },
    });
    const late = {
      ...run,
      startedAt: at(-1_000),
      wait: { kind: 'deploy.approved', resumeAt: at(0), reason: 'event' as const },
    };
    expect(decide(late, 'active', { moderator })).toMatchObject({ do: 'end', outcome: 'timed-out' });
  });

  it('tries a round again as its policy says, under the same idempotency key, before it asks the moderator', () => {
    const failed = (round: number): RoundResult => ({ ...result(round), outcome: 'failed', error: 'broke' });
    const moderator = ({ history }: { history: readonly RoundResult[] }) =>
      history.length === 0 ? { role: 'coder' } : { end: `after-${history.length}` };
    const changes = { moderator, retry: { attempts: 3, backoffMs: 0 }, maxRounds: 9 };
    const keyOf = (step: Step) => (step.do === 'round' ? step.context.idempotencyKey : undefined);
    const first = decide(begun, 'active', changes);
    const second = decide(having(failed(1)), 'active', changes);
    const third = decide(having(failed(1), failed(2)), 'active', changes);
    expect([second, third]).toMatchObject([
      { do: 'round', role: coder, context: { role: 'coder', round: 2, history: [failed(1)] } },
      { do: 'round', context: { round: 3 } },
    ]);
    expect([keyOf(second), keyOf(third)]).toEqual([keyOf(first), keyOf(first)]);
    expect(decide(having(failed(1), failed(2), failed(3)), 'active', changes)).toMatchObject({ outcome: 'after-3' });
    expect(decide(having(result(1)), 'active', changes)).toMatchObject({ outcome: 'after-1' });
    expect(decide(having(failed(1)), 'active', { ...changes, maxRounds: 1 })).toMatchObject({ outcome: 'max-rounds' });
    const asked = decide(having(failed(1)), 'active', { moderator: () => ({ role: 'coder' }) });
    expect(keyOf(asked)).not.toBe(keyOf(first));
  });

  it('pauses before it tries again, counted from the end of the last try', () => {
    const failed: RoundResult = { ...result(1), outcome: 'failed', error: 'broke' };
    const retry = { attempts: 2, backoffMs: 300 };
    const waiting = { ...having(failed), readyAtMs: nowMs - 100 };
    expect(decide(waiting, 'active', { retry, delayMs: 5_000 })).toEqual({
      do: 'wait',
      wait: { kind: null, resumeAt: at(200), reason: 'retry' },
    });
    expect(decide({ ...waiting, readyAtMs: nowMs - 300 }, 'active', { retry })).toMatchObject({ do: 'round' });
  });

  it("takes a role's own policy before the definition's, and none for a role that is gone", () => {
    const lost: RoundResult = { ...result(1), outcome: 'lost' };
    const moderator = () => ({ end: 'asked' });
    const once = { ...coder, retry: { attempts: 1 } };
    const retry = { attempts: 2, backoffMs: 0 };
    expect(decide(having(lost), 'active', { moderator, retry })).toMatchObject({ do: 'round' });
    expect(decide(having(lost), 'active', { moderator, retry, roles: { coder: once } })).toMatchObject({ do: 'end' });
    expect(decide(having(lost), 'active', { moderator, retry, roles: {} })).toMatchObject({ outcome: 'asked' });
  });

  it('finds roles that follow from the input', () => {
    const roles = (input: unknown): Record<string, Role<unknown>> => ({ [(input as { task: string }).task]: coder });
    const moderator = () => ({ role: 'build' });
    expect(decide({ ...begun, input: { task: 'build' } }, 'active', { roles, moderator })).toMatchObject({
      do: 'round',
      context: { role: 'build' },
    });
  });

  it.each<[string, Partial<WorkflowDefinition>, Run, RegExp]>([
    [
      'a moderator that throws',
      {
        moderator: () => {
          throw new Error('no idea');
        },
      },
      begun,
      /^no idea$/,
    ],
    [
      'a moderator that answers nothing',
      { moderator: () => undefined as never },
      begun,
      /neither \{role\} nor \{wait\} nor \{end\}/,
    ],
    [
      'a moderator that answers a promise',
      { moderator: () => Promise.resolve({ end: 'x' }) as never },
      begun,
      /neither/,
    ],
    ['a wait for no kind', { moderator: () => ({ wait: 'approved' }) }, begun, /asked to wait for 'approved': must be/],
    ['a wait for what only Pulse writes', { moderator: () => ({ wait: 'meta.__end__' }) }, begun, /a control kind/],
    [
      'a wait for ever',
      { moderator: () => ({ wait: 'a.b', timeoutMs: 1e15 }) },
      begun,
      /1000000000000000 as timeoutMs/,
    ],
    ['a delay that is none', { moderator: () => ({ role: 'coder', delayMs: Number.NaN }) }, begun, /NaN as delayMs/],
    [
      'an unknown role',
      { moderator: () => ({ role: 'tester' }) },
      begun,
      /the role 'tester', which meta does not have/,
    ],
    ['a role of every object', { moderator: () => ({ role: 'toString' }) }, begun, /does not have/],
    [
      'a role named like a control event',
      { roles: { __end__: coder }, moderator: () => ({ role: '__end__' }) },
      begun,
      /cannot name a role/,
    ],
    ['an input that does not fit', {}, { ...begun, input: { task: 7 } }, /does not fit the definition meta: task: /],
    [
      'an input past a limit',
      { input: z.object({ tries: z.int().max(9) }) },
      { ...begun, input: { tries: 10 } },
      /meta: tries: must be at most 9$/,
    ],
  ])('fails the workflow for %s', (_, changes, run, error) => {
    expect(decide(run, 'active', changes)).toEqual({
      do: 'end',
      outcome: 'failed',
      error: expect.stringMatching(error),
    });
  });
});
