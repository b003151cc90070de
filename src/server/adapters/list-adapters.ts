import { toUnavailable } from '../db/connection.ts';
import type { Pulse } from '../pulse.ts';
import type { AdapterRegistration } from './register-adapter.ts';

/** For how long an adapter counts as alive since it was seen. */
export const aliveMs = 15_000;

/** A worker process, and what it is running. */
export interface AdapterStatus extends AdapterRegistration {
  /** ISO 8601 with milliseconds, UTC. */
  startedAt: string;
  seenAt: string;
  /** Whether it was seen within the last 15 seconds ({@link aliveMs}), by the database's clock. */
  alive: boolean;
  /** The rounds that are open under its leases, by key. */
  running: { key: string; name: string; round: number; role: string }[];
}

type Row = Omit<AdapterStatus, 'startedAt' | 'seenAt'> & { startedAt: Date; seenAt: Date };

/** Lists the adapters, the one that started first at the top. **Shape** those seen within a day that did not say goodbye. */
export async function listAdapters(pulse: Pulse): Promise<AdapterStatus[]> {
  try {
    const rows = await pulse.prisma.$queryRaw<Row[]>`
      SELECT a.id, a.host, a.pid, a.version, a.capacity, a.definitions,
             a.allows_commands AS "allowsCommands", a.started_at AS "startedAt", a.seen_at AS "seenAt",
             a.seen_at > now() - ${aliveMs}::int * interval '1 ms' AS alive,
             coalesce(r.running, '[]') AS running
      FROM adapter a
      LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_object('key', w.key, 'name', w.name, 'round', w.round, 'role', w.role) ORDER BY w.key) AS running
        FROM lease l JOIN workflow w ON w.key = l.key
        WHERE l.adapter_id = a.id AND l.due_at > now() AND w.role IS NOT NULL
      ) r ON true
      ORDER BY a.started_at, a.id`;
    return rows.map((row) => ({ ...row, startedAt: row.startedAt.toISOString(), seenAt: row.seenAt.toISOString() }));
  } catch (error) {
    throw toUnavailable(error);
  }
}
