import { expect, it } from 'vitest';
import { invalidInput, isPulseError } from './errors.ts';

it('knows its errors, also those of another copy of the module', async () => {
  const otherCopy: typeof import('./errors.ts') = await import(`${'./errors.ts'}?copy`);
  const error = otherCopy.invalidInput('key', 'must not be empty');
  expect(error).not.toBeInstanceOf(invalidInput('', '').constructor);
  expect(isPulseError(error)).toBe(true);
  expect(isPulseError(error, 'INVALID_INPUT')).toBe(true);
  expect(isPulseError(error, 'NOT_FOUND')).toBe(false);
  expect(isPulseError(new Error('key must not be empty'))).toBe(false);
  expect(isPulseError({ name: 'PulseError', code: 'INVALID_INPUT' })).toBe(false);
});
