import { toUnavailable } from '../db/connection.ts';
import type { Pulse } from '../pulse.ts';

/** What an adapter tells about itself when it starts. */
export interface AdapterRegistration {
  id: string;
  host: string;
  pid: number;
  version: string;
  /** How many workflows it runs at once. */
  capacity: number;
  /** The names of the definitions that it can run. */
  definitions: string[];
  /** Whether it runs the programs that a workflow's input names. */
  allowsCommands: boolean;
}

/**
 * Says that an adapter is there: when it starts, and again and again while it lives.
 *
 * Forgets the adapters that have not been seen for a day.
 * **Errors** `UNAVAILABLE`
 */
export async function registerAdapter(pulse: Pulse, adapter: AdapterRegistration): Promise<void> {
  const { id, host, pid, version, capacity, definitions, allowsCommands } = adapter;
  try {
    await pulse.prisma.$executeRaw`
      WITH forgotten AS (DELETE FROM adapter WHERE seen_at < now() - interval '1 day' AND id <> ${id})
      INSERT INTO adapter (id, host, pid, version, capacity, definitions, allows_commands, started_at, seen_at)
      VALUES (${id}, ${host}, ${pid}, ${version}, ${capacity}, ${definitions}, ${allowsCommands}, now(), now())
      ON CONFLICT (id) DO UPDATE SET seen_at = now()`;
  } catch (error) {
    throw toUnavailable(error);
  }
}
