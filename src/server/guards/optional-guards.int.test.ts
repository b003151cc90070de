import { afterEach, describe, expect, it } from 'vitest';
import type { Actor } from '#domain/actor.ts';
import { ana, ben, newKey, setUpPulses } from '#test/pulse.ts';
import { appendEvent } from '../events/append-event.ts';
import type { Pulse } from '../pulse.ts';
import { abortWorkflow } from '../workflows/abort.ts';
import { requestAbort } from '../workflows/request-abort.ts';
import { startWorkflow } from '../workflows/start.ts';
import { applyGuard, disableGuard, enableGuard } from './change-guards.ts';
import { getGuard, getGuardState, listGuards } from './read-guards.ts';

const { pulses } = setUpPulses(2);
const here = () => pulses[0] as Pulse;
const adapter: Actor = { type: 'adapter', id: 'a', name: 'a', via: 'adapter' };

afterEach(async () => {
  for (const { name, enabled, shipped } of await listGuards(here()))
    if (enabled && !shipped) await disableGuard(here(), { name }, ana);
});

async function start(): Promise<string> {
  const key = newKey();
  await startWorkflow(here(), { name: 'pipeline', key, input: { steps: [{ role: 'a', run: 'true' }] } }, ana);
  return key;
}

const tryAbort = (key: string, actor: Actor, reason?: string) =>
  abortWorkflow(pulses[1] as Pulse, { key, reason }, actor).then(
    () => 'aborted',
    (error) => error.details.guard,
  );

describe('a guard that is shipped switched off', () => {
  it('is listed, asks nothing, and can be switched on and off like any other', async () => {
    const key = await start();
    const before = await getGuard(here(), { name: 'abort-needs-reason' });
    expect(before).toMatchObject({ enabled: false, since: null });
    expect(await getGuardState(here(), { name: 'abort-needs-two', key })).toMatchObject({
      state: { requestedBy: null },
    });
    expect(await tryAbort(await start(), ana)).toBe('aborted');

    const on = await enableGuard(here(), { name: 'abort-needs-reason' }, ben);
    expect(on).toMatchObject({ enabled: true, version: before.version, since: { actor: ben } });
    expect(await tryAbort(key, ana)).toBe('abort-needs-reason');
    await disableGuard(here(), { name: 'abort-needs-reason' }, ana);
    await enableGuard(here(), { name: 'abort-needs-reason' }, ana);
    await expect(enableGuard(here(), { name: 'abort-needs-reason' }, ana)).rejects.toMatchObject({
      code: 'GUARD_REJECTED',
    });
    await disableGuard(here(), { name: 'abort-needs-reason' }, ana);
    expect(await tryAbort(key, ana)).toBe('aborted');
  });
});

describe('abort-needs-reason', () => {
  it('asks people for a reason of some length, and Pulse itself for none', async () => {
    await enableGuard(here(), { name: 'abort-needs-reason' }, ana);
    const key = await start();
    expect(await tryAbort(key, ana, 'too short')).toBe('abort-needs-reason');
    expect(await tryAbort(key, ana, 'long enough')).toBe('aborted');
    expect(await tryAbort(await start(), adapter)).toBe('aborted');
  });

  it('asks for another length once a guard of its name is applied that does', async () => {
    const {
      version: _v,
      enabled: _e,
      shipped: _s,
      since: _i,
      problem: _p,
      ...definition
    } = await getGuard(here(), {
      name: 'abort-needs-reason',
    });
    const stricter = JSON.parse(JSON.stringify(definition).replaceAll('>= 10', '>= 20'));
    await applyGuard(here(), { definition: stricter }, ana);
    const key = await start();
    expect(await tryAbort(key, ana, 'long enough')).toBe('abort-needs-reason');
    expect(await tryAbort(key, ana, 'long enough for everyone')).toBe('aborted');
  });
});

describe('abort-needs-two', () => {
  it('lets another abort what one has asked for, also when that was before it was on', async () => {
    const [early, key] = [await start(), await start()];
    await requestAbort(here(), { key: early, reason: 'wrong input' }, ana);
    await enableGuard(here(), { name: 'abort-needs-two' }, ana);
    expect(await tryAbort(key, ben)).toBe('abort-needs-two');
    await requestAbort(here(), { key }, ana);
    await requestAbort(here(), { key }, ben); // That ben asks too changes nothing: ana has asked first.
    for (const one of [early, key]) {
      expect(await tryAbort(one, ana)).toBe('abort-needs-two');
      expect(await tryAbort(one, ben)).toBe('aborted');
    }
    expect(await tryAbort(await start(), adapter)).toBe('aborted');
  });

  it('aborts the children with their parent, and takes a cause from nobody else', async () => {
    await enableGuard(here(), { name: 'abort-needs-two' }, ana);
    const key = await start();
    const cause = { key: 'parent', position: 1 };
    const forged = { key, kind: 'pipeline.__abort__', payload: { reason: null, cause } };
    await expect(appendEvent(here(), forged, ana)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await here().append({ key, events: [{ kind: forged.kind, payload: forged.payload }], actor: ana });
  });

  it('takes no request for what is over', async () => {
    const key = await start();
    await tryAbort(key, ana);
    await expect(requestAbort(here(), { key }, ben)).rejects.toMatchObject({ code: 'GUARD_REJECTED' });
  });
});
