import { describe, expect, it } from 'vitest';
import type { GuardRegistry } from '#domain/guard-change.ts';
import type { Json } from '#domain/json.ts';
import { explainRefusal } from './explain-refusal.ts';

const registry = (enabled: boolean, names = ['mine']): GuardRegistry => ({
  changes: names.length,
  guards: Object.fromEntries(names.map((name) => [name, { version: 'v', enabled, activation: 1 }])),
});
const many = Array.from({ length: 64 }, (_, index) => `guard-${index}`);

describe('a refusal is explained', () => {
  it.each<[guard: string, kind: string, state: Json, expected: string]>([
    ['workflow-lifecycle', 'meta.__start__', { status: 'ended' }, "'k' has already begun, so choose another key"],
    ['workflow-lifecycle', 'meta.__abort__', { status: 'aborted' }, "'k' is already aborted"],
    ['workflow-lifecycle', 'meta.__abort__', { status: 'ended' }, "'k' has already ended"],
    ['workflow-lifecycle', 'meta.__end__', { status: 'unknown' }, "'k' has not begun"],
    [
      'workflow-rounds',
      'meta.__abort_request__',
      { status: 'aborted', round: 1, role: null },
      "'k' is already aborted",
    ],
    ['workflow-rounds', 'meta.coder', { status: 'ended', round: 1, role: 'coder' }, "'k' has already ended"],
  ])('by %s, of %s in %j', (guard, kind, state, expected) => {
    expect(explainRefusal({ key: 'k', kind, payload: {}, guard, state })).toBe(expected);
  });

  it.each<[kind: string, name: string, state: GuardRegistry, expected: string]>([
    ['disable', 'mine', registry(false), "The guard 'mine' is already disabled"],
    ['enable', 'mine', registry(true), "The guard 'mine' is already enabled"],
    ['disable', 'abort-needs-two', registry(true), "The guard 'abort-needs-two' is already disabled"],
    ['enable', 'abort-needs-two', registry(true), "The guard 'abort-needs-two' has never been applied"],
    ['disable', 'nobody', registry(true), "The guard 'nobody' has never been applied"],
    [
      'apply',
      'one-more',
      registry(true, many),
      '64 guards are known, as many as there may be, so apply it under the name of one of them',
    ],
  ])('of %s %s', (change, name, state, expected) => {
    const refused = { key: 'pulse', kind: `pulse.guard.__${change}__`, guard: 'guard-registry', state };
    expect(explainRefusal({ ...refused, payload: { name } })).toBe(expected);
  });
});

describe('a refusal is left to its check', () => {
  it.each<[guard: string, kind: string, state: Json]>([
    ['workflow-rounds', 'meta.coder', { status: 'active', round: 1, role: 'tester' }],
    ['workflow-rounds', 'meta.coder', { status: 'unknown', round: 0, role: null }],
    ['workflow-rounds', 'meta.__stopped__', { status: 'aborted', round: 1, role: null }],
    ['guard-registry', 'pulse.guard.__disable__', registry(false)],
    ['two-approvals', 'deploy.__start__', { approvals: 1 }],
    ['lease', 'meta.coder', { epoch: 2 }],
  ])('by %s, of %s in %j', (guard, kind, state) => {
    expect(explainRefusal({ key: 'k', kind, payload: { name: 'mine' }, guard, state })).toBeUndefined();
  });
});
