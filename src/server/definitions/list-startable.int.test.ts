import { expect, it } from 'vitest';
import { setUpPulses } from '#test/pulse.ts';
import { registerAdapter } from '../adapters/register-adapter.ts';
import { unregisterAdapter } from '../adapters/unregister-adapter.ts';
import type { Pulse } from '../pulse.ts';
import { listStartable } from './list-startable.ts';

const { pulses } = setUpPulses();
const getPulse = () => pulses[0] as Pulse;

async function register(id: string, definitions: string[], allowsCommands: boolean): Promise<void> {
  const adapter = { id, host: 'h', pid: 1, version: '1', capacity: 1, definitions, allowsCommands };
  await registerAdapter(getPulse(), adapter);
}
const hindrances = async () =>
  Object.fromEntries((await listStartable(getPulse())).map(({ name, hindrance }) => [name, hindrance]));

it('says what may keep a workflow from running, from the adapters that are alive', async () => {
  expect(await hindrances()).toEqual({ meta: 'no-adapter', pipeline: 'no-adapter' });
  await register('a worker', ['pipeline.step'], false);
  await register('allows', ['pipeline'], true);
  expect(await hindrances()).toEqual({ meta: 'no-adapter', pipeline: null });
  await register('refuses', ['meta', 'pipeline'], false);
  expect(await hindrances()).toEqual({ meta: 'commands-refused', pipeline: null });
  await unregisterAdapter(getPulse(), 'allows');
  expect(await hindrances()).toEqual({ meta: 'commands-refused', pipeline: 'commands-refused' });
  await unregisterAdapter(getPulse(), 'refuses');
  expect(await hindrances()).toEqual({ meta: 'no-adapter', pipeline: 'no-adapter' });
});
