import { isPulseError } from '#domain/errors.ts';
import { pendingMigrations } from './db/migrate.ts';
import type { Pulse } from './pulse.ts';

/**
 * Finds what keeps the server from doing its work: the database, its schema, or the tail.
 *
 * **Shape** a sentence, or undefined when it is ready.
 */
export async function findReadinessProblem(open: () => Promise<Pulse>): Promise<string | undefined> {
  try {
    const pulse = await open();
    const pending = await pendingMigrations(pulse.url);
    if (pending.length > 0) return `the schema lacks ${pending.join(', ')}; run upulse db migrate`;
    await pulse.head();
    const problem = pulse.tailProblem();
    return problem && `the tail is not running: ${problem}`;
  } catch (error) {
    return isPulseError(error, 'UNAVAILABLE') ? error.details.reason : 'the database does not answer';
  }
}
