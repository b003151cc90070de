import { invalidInput } from '#domain/errors.ts';

const defaultDays = 7;
const mostDays = 3_650;

/**
 * For how long what roles print is kept, as `PULSE_OUTPUT_DAYS` says. Every process of a log forgets what is older, so all must be
 * told the same.
 *
 * **Units** days. **Errors** `INVALID_INPUT` for what is no whole number from 1 to 3650.
 */
export function readOutputDays({ PULSE_OUTPUT_DAYS: text }: Readonly<Record<string, string | undefined>>): number {
  if (!text) return defaultDays;
  const days = Number(text);
  if (/^\d{1,4}$/.test(text) && days >= 1 && days <= mostDays) return days;
  throw invalidInput('PULSE_OUTPUT_DAYS', `must be a whole number from 1 to ${mostDays}, not '${text}'`);
}
