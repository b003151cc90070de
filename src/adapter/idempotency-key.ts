import { hash } from 'node:crypto';

/**
 * Names the work of a round to other services, however often it is tried.
 *
 * When the workflow started tells it from one of the same key in another log.
 * **Shape** 32 hexadecimal digits.
 */
export function makeIdempotencyKey(key: string, startedAt: string | null, firstTry: number): string {
  return hash('sha256', JSON.stringify([key, startedAt, firstTry])).slice(0, 32);
}
