import fc from 'fast-check';
import { ana, ben } from '#test/pulse.ts';
import { decideByModel, type KeyModel, type ModelEvent, type ModelRequest, untouched } from './append-model.ts';
import type { ModelLog } from './check-step.ts';

const role = fc.constantFrom<string>('planner', 'coder');
/** Mostly right, else one beside it. */
const off = fc.constantFrom(0, 0, 0, 1, -1);
const kinds = ['meta.__start__', 'meta.__abort__', 'other.__abort__', 'meta.__end__'] as const;
const notes = ['meta.note', 'note.added', 'meta.coder.note', 'meta.planner'] as const;

/** An event that a caller may ask for: what brings the key on, whatever that is, or anything else. */
const plan = fc.oneof(
  { weight: 24, arbitrary: fc.record({ what: fc.constant('next' as const), role }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('round' as const), role, off }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('result' as const), role, off }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('stopped' as const), role, off }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('control' as const), kind: fc.constantFrom(...kinds) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('wait' as const),
      kind: fc.constantFrom('meta.note', 'note.added'),
      resumeAt: fc.constantFrom(null, '2020-01-01T00:00:00.000Z', '2100-01-01T00:00:00.000Z'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constant('note' as const), kind: fc.constantFrom(...notes), bare: fc.boolean() }),
  },
);
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

const seldom = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

/** What one of several callers does. */
export const anyRequest = fc.record({
  caller: fc.nat(2),
  key: fc.nat(2),
  actor: fc.constantFrom(ana, ben),
  plans: fc.oneof(
    { weight: 4, arbitrary: fc.array(plan, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(plan, { minLength: 2, maxLength: 3 }) },
  ),
  command: fc.constantFrom('none', 'none', 'new', 'new', 'new', 'repeated', 'repeated', 'reused'),
  /** Which of the earlier commands is repeated, or its id reused. */
  earlier: fc.nat(),
  /** Off by so much from the sequence and the epoch that the key had before. */
  sequenceOff: seldom(off),
  epochOff: seldom(off),
});
export type AnyRequest = typeof anyRequest extends fc.Arbitrary<infer T> ? T : never;

/** Makes the request number `n` of a run; `commands` are those that were made before it. */
export function toRequest(
  log: ModelLog,
  commands: readonly ModelRequest[],
  keys: readonly string[],
  asked: AnyRequest,
  n: number,
): ModelRequest {
  const earlier = commands[asked.earlier % commands.length];
  if (earlier && asked.command === 'repeated')
    return { ...earlier, actor: asked.actor, events: earlier.events.map((event) => renumber(event, n)) };
  const key = keys[asked.key] as string;
  const model = log.keys.get(key) ?? untouched;
  const request: ModelRequest = { key, actor: asked.actor, events: [] };
  let expected = model;
  for (const plan of asked.plans) {
    request.events.push(toEvent(plan, expected, n));
    const decision = decideByModel(model, request);
    if (decision.type === 'accepted') expected = decision.next;
  }
  if (asked.sequenceOff !== undefined) request.expectedSequence = Math.max(0, model.sequence + asked.sequenceOff);
  if (asked.epochOff !== undefined) request.epoch = model.epoch + asked.epochOff;
  if (asked.command === 'reused' && earlier) request.commandId = earlier.commandId as string;
  else if (asked.command !== 'none') request.commandId = `command-${n}`;
  return request;
}

function toEvent(plan: Plan, key: KeyModel, n: number): ModelEvent {
  switch (plan.what) {
    case 'next':
      return toEvent(findNext(key, plan.role), key, n);
    case 'round':
      return { kind: 'meta.__round__', payload: { n, round: key.round + 1 + plan.off, role: plan.role } };
    case 'result':
      return { kind: `meta.${plan.role}`, payload: { n, round: key.round + plan.off } };
    case 'stopped':
      return { kind: 'meta.__stopped__', payload: { n, round: key.round + plan.off, role: plan.role } };
    case 'wait': {
      const { kind, resumeAt } = plan;
      return { kind: 'meta.__wait__', payload: { n, kind, resumeAt, reason: 'event' } };
    }
    case 'control':
      return { kind: plan.kind, payload: { n } };
    case 'note':
      return { kind: plan.kind, payload: plan.bare ? [n] : { n } };
  }
}

function findNext({ status, role }: KeyModel, freeRole: string): Plan {
  if (status === 'unknown') return { what: 'control', kind: 'meta.__start__' };
  if (role === null) return { what: 'round', role: freeRole, off: 0 };
  return { what: status === 'active' ? 'result' : 'stopped', role, off: 0 };
}

function renumber({ kind, payload }: ModelEvent, n: number): ModelEvent {
  return { kind, payload: Array.isArray(payload) ? [n] : { ...payload, n } };
}
