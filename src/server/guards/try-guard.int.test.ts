import { expect, it } from 'vitest';
import { ana, appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import type { Pulse } from '../pulse.ts';
import { TryGuard, tryGuard } from './try-guard.ts';

const { pulses } = setUpPulses();
const pulse = () => pulses[0] as Pulse;
const definition = {
  name: 'two-approvals',
  initial_value: { approvals: 0 },
  sources: [
    { kind: 'review.approved', check: 'true', transition: "{'approvals': state.approvals + 1}" },
    { kind: 'deploy.asked', check: 'state.approvals >= 2', transition: 'state' },
  ],
};
const ask = (input: object) => tryGuard(pulse(), TryGuard.parse({ definition, ...input }), ana);

it('tells what a draft makes of an event that was never written, and writes nothing', async () => {
  const event = { key: newKey(), kind: 'deploy.asked' };
  const head = await pulse().head();
  expect(await ask({ event })).toMatchObject({
    source: { kind: 'deploy.asked' },
    passes: false,
    refusedBy: 'state.approvals >= 2',
    before: { approvals: 0 },
    after: { approvals: 0 },
    event: { actor: ana },
  });
  expect(await ask({ event, state: { approvals: 2 } })).toMatchObject({ passes: true, refusedBy: null });
  expect(await ask({ event: { ...event, kind: 'other.kind' } })).toMatchObject({ source: null, passes: true });
  expect(await pulse().head()).toEqual(head);
});

it('tells it of a stored event, knowing what it would have known then', async () => {
  const key = newKey();
  const {
    events: [first],
  } = await appendOne(pulse(), key, 'review.approved');
  await appendOne(pulse(), key, 'review.approved');
  const {
    events: [asked],
  } = await appendOne(pulse(), key, 'deploy.asked', { to: 'production' });
  await appendOne(pulse(), key, 'review.approved');
  expect(await ask({ position: first?.position })).toMatchObject({ before: { approvals: 0 }, after: { approvals: 1 } });
  expect(await ask({ position: asked?.position })).toMatchObject({
    passes: true,
    before: { approvals: 2 },
    event: { key, payload: { to: 'production' } },
  });
  expect(await ask({ position: asked?.position, state: { approvals: 1 } })).toMatchObject({ passes: false });
  // One that comes next knows all there is.
  expect(await ask({ event: { key, kind: 'deploy.asked' } })).toMatchObject({ before: { approvals: 3 } });
});

it('names what is wrong with a draft, a place or a state', async () => {
  const event = { key: 'k', kind: 'deploy.asked' };
  const broken = { ...definition, sources: [{ kind: 'a.b', check: '$eval("1")', transition: 'state' }] };
  await expect(ask({ event, definition: broken })).rejects.toMatchObject({
    code: 'GUARD_INVALID',
    details: { issues: [{ path: 'sources[0].check' }] },
  });
  await expect(ask({ position: 999_999 })).rejects.toMatchObject({ code: 'NOT_FOUND', details: { what: 'event' } });
  await expect(ask({ event, state: { constructor: 1 } })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  expect(TryGuard.safeParse({ definition, event, position: 1 }).success).toBe(false);
  expect(TryGuard.safeParse({ definition }).success).toBe(false);
});
