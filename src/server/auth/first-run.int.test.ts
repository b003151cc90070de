import { expect, it } from 'vitest';
import { setUpPulses } from '#test/pulse.ts';
import type { Pulse } from '../pulse.ts';
import { makeDemoLink, makeSetUpLink } from './first-run.ts';

const { pulses } = setUpPulses();
const pulse = () => pulses[0] as Pulse;

it('who has only looked at the demo can still set Pulse up', async () => {
  expect(await makeDemoLink(pulse())).toMatch(/^\/join#/);
  expect(await makeSetUpLink(pulse())).toMatch(/^\/join#/);
});
