import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPulseError } from '#domain/errors.ts';
import type { GuardStates } from '#domain/guard.ts';
import { evolve, type Workflow } from '#domain/workflow.ts';
import { ana, ben, newKey, setUpPulses } from '#test/pulse.ts';
import { listEvents } from '../events/list-events.ts';
import { evaluateGuards } from '../guards/evaluate.ts';
import { shippedGuards } from '../guards/shipped.ts';
import type { Pulse } from '../pulse.ts';
import { loadStreams } from './stream.ts';

const { pulses } = setUpPulses(2);

const round = fc.integer({ min: 1, max: 3 });
const role = fc.constantFrom('planner', 'coder');
const event = fc.oneof(
  fc.constant({ kind: 'meta.__start__', payload: { maxRounds: 5 } }),
  fc.record({ kind: fc.constant('meta.__round__'), payload: fc.record({ round, role }) }),
  fc.record({ kind: role.map((name) => `meta.${name}`), payload: fc.record({ round }) }),
  fc.record({ kind: fc.constant('meta.__stopped__'), payload: fc.record({ round, role }) }),
  fc.constant({ kind: 'meta.__abort__', payload: { reason: 'enough' } }),
  fc.constant({ kind: 'meta.__end__', payload: { outcome: 'done' } }),
  fc.record({ kind: fc.constant('meta.approval'), payload: fc.jsonValue() }),
);
const commands = fc.array(
  fc.record({ event, key: fc.integer({ min: 0, max: 2 }), writer: fc.integer({ min: 0, max: 1 }) }),
  { minLength: 1, maxLength: 40 },
);

it('stores exactly the state that replaying the log gives, whoever wrote it and in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (list) => {
      const keys = [newKey(), newKey(), newKey()];
      const results = await Promise.allSettled(
        list.map(({ event, key, writer }) =>
          (pulses[writer] as Pulse).append({
            key: keys[key] as string,
            events: [JSON.parse(JSON.stringify(event))],
            actor: writer ? ana : ben,
          }),
        ),
      );
      const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason);
      for (const error of refused) expect(isPulseError(error, 'GUARD_REJECTED'), String(error?.stack)).toBe(true);
      const stored = await loadStreams((pulses[0] as Pulse).prisma, keys);
      let accepted = 0;
      for (const key of keys) {
        const { events } = await listEvents(pulses[0] as Pulse, { key, limit: 1_000 });
        accepted += events.length;
        let workflow: Workflow | null = null;
        let states: GuardStates = {};
        for (const item of events) {
          workflow = evolve(workflow, item);
          const verdict = await evaluateGuards(shippedGuards, states, item);
          expect(verdict.ok).toBe(true);
          if (verdict.ok) states = verdict.states;
        }
        expect(stored.get(key)?.workflow ?? null).toEqual(workflow);
        expect(stored.get(key)?.guardStates ?? {}).toEqual(states);
        const lifecycle = states['workflow-lifecycle'] as { status: string } | undefined;
        expect(workflow?.status).toBe(lifecycle?.status);
      }
      expect(accepted + refused.length).toBe(list.length);
    }),
    { numRuns: 60 },
  );
});
