import { expect, test } from 'vitest';
import { formatAge, formatDuration } from './time.ts';

test.each([
  [0, '0ms'],
  [850, '850ms'],
  [12_400, '12s'],
  [192_000, '3m 12s'],
  [180_000, '3m'],
  [7_500_000, '2h 5m'],
  [273_600_000, '3d 4h'],
])('%i ms are %s', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});

test('an age, and a moment that lies ahead because clocks differ', () => {
  const nowMs = Date.parse('2026-01-02T03:04:05.000Z');
  expect(formatAge('2026-01-02T03:01:00.000Z', nowMs)).toBe('3m 5s ago');
  expect(formatAge('2026-01-02T03:04:06.000Z', nowMs)).toBe('just now');
});
