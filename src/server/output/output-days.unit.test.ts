import { expect, it } from 'vitest';
import { readOutputDays } from './output-days.ts';

it('is a week unless it is set', () => {
  expect(readOutputDays({})).toBe(7);
  expect(readOutputDays({ PULSE_OUTPUT_DAYS: '' })).toBe(7);
  expect(readOutputDays({ PULSE_OUTPUT_DAYS: '30' })).toBe(30);
});

it.each(['0', '-1', '1.5', '3651', '1e3', 'week', ' 7'])('is not %j', (text) => {
  expect(() => readOutputDays({ PULSE_OUTPUT_DAYS: text })).toThrow(/PULSE_OUTPUT_DAYS must be a whole number/);
});
