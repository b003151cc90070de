import { createTranslator } from 'next-intl';
import { expect, test } from 'vitest';
import type { PulseEvent, Refusal, TimelineEntry } from '#domain/event.ts';
import type { Json } from '#domain/json.ts';
import { messages } from '#messages/messages.ts';
import { describeEntry } from './describe-entry.ts';
import { readProof } from './proof.ts';

const words = createTranslator({ locale: 'en', messages: messages.en, namespace: 'workflow' });
const chinese = createTranslator({ locale: 'zh', messages: messages.zh, namespace: 'workflow' });

const ana = { type: 'user', id: 'ana', name: 'Ana', via: 'web' } as const;
const adapter = { type: 'adapter', id: 'adapter-2', name: 'adapter-2', via: 'adapter' } as const;
const occurredAt = '2026-03-01T12:00:00.000Z';

const event = (position: number, kind: string, payload: Json, actor: PulseEvent['actor'] = adapter): TimelineEntry => ({
  type: 'event',
  position,
  key: 'fix-68',
  sequence: position,
  kind,
  payload,
  actor,
  occurredAt,
  hash: '',
});

const refusal = (afterPosition: number, kind: string, actor: Refusal['actor']): TimelineEntry => ({
  type: 'refusal',
  id: afterPosition,
  key: 'fix-68',
  kind,
  payload: {},
  actor,
  guard: 'workflow-lifecycle',
  check: "state.status = 'active'",
  state: { status: 'aborted' },
  occurredAt,
  afterPosition,
});

test.each<[TimelineEntry, string, string]>([
  [event(1, 'meta.__start__', {}, ana), 'Started by Ana', 'start'],
  [event(2, 'meta.__round__', { round: 3, role: 'coder' }), 'Round 3: coder', 'round'],
  [event(3, 'meta.coder', { round: 3, outcome: 'failed', error: 'exit code 1' }), 'coder finished: failed', 'failed'],
  [event(3, 'meta.coder', { round: 3, outcome: 'succeeded' }), 'coder finished: succeeded', 'succeeded'],
  [event(4, 'meta.__abort__', { reason: 'out of scope' }, ana), 'Aborted by Ana', 'abort'],
  [
    event(5, 'meta.__stopped__', { role: 'coder', round: 3, how: 'lost', tookMs: null }),
    'coder was lost with its adapter; what it left running is stopped there, unseen',
    'stopped',
  ],
  [
    event(5, 'meta.__stopped__', { role: 'coder', round: 3, how: 'disconnected', tookMs: 1 }),
    'coder was cut off from the service that it asked after 1\u00a0ms',
    'stopped',
  ],
  [
    event(5, 'meta.__stopped__', { role: 'coder', round: 3, how: 'terminated', tookMs: 2_004 }),
    'coder was terminated with its thread after 2,004\u00a0ms',
    'stopped',
  ],
  [event(6, 'meta.__end__', { outcome: 'done' }), 'Ended: done', 'end'],
  [event(6, 'meta.__end__', { outcome: 'failed', error: 'no tests' }), 'Ended: failed', 'end-failed'],
  [event(6, 'meta.__end__', { outcome: 'max-rounds' }), 'Ended: max-rounds', 'end-max-rounds'],
  [event(6, 'meta.__end__', { outcome: 'timed-out' }), 'Ended: timed-out', 'end-timed-out'],
  [event(6, 'meta.__end__', { outcome: 'toString' }), 'Ended: toString', 'end'],
  [
    event(7, 'meta.__wait__', { kind: 'review.approved', resumeAt: null, reason: 'event' }),
    'Waits for review.approved',
    'waiting',
  ],
  [
    event(7, 'meta.__wait__', { kind: null, resumeAt: '2026-03-01T12:00:00.000Z', reason: 'retry' }),
    'Waits until 2026-03-01 12:00:00.000 UTC to try again',
    'waiting',
  ],
  [
    event(7, 'meta.__wait__', { kind: 'meta.coder', resumeAt: null, reason: 'worker' }),
    'Waits for a worker that runs meta.coder',
    'waiting',
  ],
  [event(7, 'meta.__wait__', 'nonsense'), 'Waits', 'waiting'],
  [event(7, 'meta.code_review', null), 'Code review', 'other'],
  [event(8, 'meta.__round__', 'nonsense'), 'Round ?: ?', 'round'],
  [refusal(9, 'meta.__abort__', ana), 'Refused: an abort by Ana', 'refusal'],
])('an entry in words: %#', (entry, title, sort) => {
  expect(describeEntry(words, entry)).toMatchObject({ title, sort });
});

const ben = { id: 'ben', name: 'Ben' };
test.each([
  ['join', { person: ben, role: 'operator', how: 'invitation' }, 'Ben accepted an invitation, as an operator'],
  ['invite', { email: 'b@example.test', role: 'viewer' }, 'Ana invited b@example.test as a viewer'],
  ['sign_in_failed', { person: null, how: 'password' }, 'A sign-in with a password failed: nobody known'],
  ['sign_out', { person: ben, session: null }, 'Ana signed Ben out everywhere'],
  ['sign_out', { person: { ...ben, name: 'Ana' }, session: 's' }, 'Ana signed out'],
  ['role', { person: ben, role: 'admin', before: 'viewer' }, 'Ana made Ben an admin instead of a viewer'],
  ['role', { person: ben, role: 'emperor', before: 'viewer' }, 'Person role'],
  ['join', 'nonsense', 'Person join'],
])('what happens to people in words: %s %j', (tail, payload, title) => {
  expect(describeEntry(words, event(9, `pulse.person.__${tail}__`, payload, ana)).title).toBe(title);
});

test('a stop says when it was for the time', () => {
  const stopped = { role: 'coder', round: 3, how: 'SIGTERM', tookMs: 5 };
  expect(describeEntry(words, event(5, 'meta.__stopped__', stopped)).why).toBeNull();
  expect(describeEntry(words, event(5, 'meta.__stopped__', { ...stopped, reason: 'timed-out' })).why).toBe(
    'Its time was up.',
  );
});

test('how long a stop took follows the language', () => {
  const stopped = event(5, 'meta.__stopped__', { role: 'coder', round: 3, how: 'SIGTERM', tookMs: 2_004 });
  expect(describeEntry(words, stopped).title).toBe('coder was stopped with SIGTERM after 2,004\u00a0ms');
  expect(describeEntry(chinese, stopped).title).toBe('coder 在 2,004\u00a0毫秒后被 SIGTERM 停止');
});

test('the end of a trail says whether it is all of it', () => {
  expect(words('trail.end', { count: 20 })).toBe('This is the whole trail: 20 entries.');
  expect(words('trail.endFiltered', { count: 6 })).toBe('That is all that matches: 6 entries.');
});

test.each([
  [{ count: 1, first: 1, last: 1 }, 'round 1', '第 1 轮'],
  [{ count: 3, first: 1_000, last: 1_002 }, '3 rounds, 1,000 to 1,002', '3 轮，1,000 至 1,002'],
])('which rounds are shown, in words: %j', (rounds, english, inChinese) => {
  expect(words('rounds.about', rounds)).toBe(english);
  expect(chinese('rounds.about', rounds)).toBe(inChinese);
});

test('a refusal says which guard refused, and in which state', () => {
  expect(describeEntry(words, refusal(9, 'meta.coder', adapter)).why).toBe(
    'workflow-lifecycle does not allow it: the status is “aborted”.',
  );
});

const trail = [
  event(4812, 'meta.__abort__', { reason: null }, ana),
  refusal(4812, 'meta.coder', adapter),
  event(4813, 'meta.__stopped__', { role: 'coder', round: 4, how: 'SIGTERM', tookMs: 38 }),
  refusal(4813, 'meta.__abort__', ana),
];

test.each(['asc', 'desc'])('the proof is the same read %s: a second abort is no late write', (order) => {
  expect(readProof(order === 'asc' ? trail : trail.toReversed())).toEqual({
    acceptedAt: 4812,
    stopped: { role: 'coder', how: 'SIGTERM', tookMs: 38 },
    lateWrites: 1,
  });
});

test('what was refused or stopped before the abort proves nothing about it', () => {
  const before = [
    refusal(10, 'meta.coder', adapter),
    event(11, 'meta.__stopped__', { role: 'coder', round: 1, how: 'lost', tookMs: null }),
    event(12, 'meta.__abort__', {}, ana),
  ];
  expect(readProof(before)).toEqual({ acceptedAt: 12, stopped: null, lateWrites: 0 });
  expect(readProof(before.slice(0, 2))).toBeUndefined();
});
