import { Prisma, type PrismaClient } from '../db/generated/client.ts';
import type { EventModel, RefusalModel } from '../db/generated/models.ts';

/** A part of a table of the log: after one place, up to another, of one key or one kind or all. */
export interface RowRange {
  after: number;
  until: number;
  limit: number;
  key?: string | undefined;
  /** Looked at where there is no key: what a key has is read in one order only. */
  kind?: string | undefined;
  direction?: 'asc' | 'desc';
}

/** Reads events in order of position. */
export function readEventRows(prisma: PrismaClient, range: RowRange): Promise<EventModel[]> {
  return prisma.$queryRaw`
    SELECT position, key, sequence, kind, payload, actor, occurred_at AS "occurredAt", hash
    FROM event WHERE ${inRange(Prisma.sql`position`, range)}`;
}

/** Reads refusals in order of id. */
export function readRefusalRows(prisma: PrismaClient, range: RowRange): Promise<RefusalModel[]> {
  return prisma.$queryRaw`
    SELECT id, after_position AS "afterPosition", key, kind, payload, actor, guard, "check", state,
           occurred_at AS "occurredAt"
    FROM refusal WHERE ${inRange(Prisma.sql`id`, range)}`;
}

/**
 * The end of a statement that reads a range in the order of the one index that holds no other rows.
 *
 * Key and kind are bounded and named in the order, rather than set equal: that leaves the planner no other index to choose,
 * such as that of all positions, which it takes for quicker wherever a kind is common on the whole.
 */
function inRange(place: Prisma.Sql, { after, until, limit, key, kind, direction = 'asc' }: RowRange): Prisma.Sql {
  const order = Prisma.raw(direction === 'asc' ? 'ASC' : 'DESC');
  // Alone in the condition too, so that the partitions that hold none of it are left out.
  const bounds = Prisma.sql`${place} > ${after}::bigint AND ${place} <= ${until}::bigint`;
  const front = key !== undefined ? 'key' : kind !== undefined ? 'kind' : undefined;
  if (!front) return Prisma.sql`${bounds} ORDER BY ${place} ${order} LIMIT ${limit}`;
  const column = Prisma.raw(front);
  const value = key ?? kind;
  return Prisma.sql`${bounds} AND (${column}, ${place}) > (${value}::text, ${after}::bigint)
    AND (${column}, ${place}) <= (${value}::text, ${until}::bigint)
    ORDER BY ${column} ${order}, ${place} ${order} LIMIT ${limit}`;
}
