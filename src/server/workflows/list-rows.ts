import type { Status } from '#domain/workflow.ts';
import { Prisma } from '../db/generated/client.ts';
import type { WorkflowModel } from '../db/generated/models.ts';

/** Which workflows a list holds. */
export interface ListBounds {
  /** None for all. */
  statuses: Status[];
  name: string | undefined;
  parent: string | undefined;
  /** ISO 8601. */
  startedAfter: string | undefined;
  startedBefore: string | undefined;
  /** By start: the newest first, or with `asc` the oldest. */
  order: 'asc' | 'desc';
  /** The last workflow of the page before: only those that come after it in the list. */
  after: ListPlace | undefined;
}

/** A place in a list, which is ordered by both. */
export interface ListPlace {
  startedAt: string;
  startPosition: bigint;
}

export type ListRow = WorkflowModel;

interface ListCondition {
  condition?: Prisma.Sql;
  /** Look for those that fit the condition among so many of the first only. */
  among?: number;
}

const columns = Prisma.sql`key, name, status, round, max_rounds AS "maxRounds", parent, role, started_at AS "startedAt",
  updated_at AS "updatedAt", ended_at AS "endedAt", started_by AS "startedBy", aborted_by AS "abortedBy", reason, outcome,
  resume_at AS "resumeAt", waiting_for AS "waitingFor", position, start_position AS "startPosition"`;

/**
 * The statement that reads workflows in order.
 *
 * Each status is read by itself, in the order of the one index that fits, and the few are merged. The columns in front are
 * bounded from both sides and named in the order, rather than set equal: that leaves the planner no other index to choose.
 */
export function readInOrder(bounds: ListBounds, limit: number, { condition, among }: ListCondition = {}): Prisma.Sql {
  if (bounds.parent !== undefined) return readChildren(bounds, limit, condition);
  const parts = bounds.statuses.length > 0 ? bounds.statuses.map((status) => readPart(status)) : [readPart()];
  if (parts.length === 1) return parts[0] as Prisma.Sql;
  const all = Prisma.join(parts, ') UNION ALL (', '(', ')');
  return Prisma.sql`${all} ORDER BY ${orderBy(bounds)} LIMIT ${limit}`;

  function readPart(status?: Status): Prisma.Sql {
    const { lead, first, last, order } = placeBounds(bounds, status);
    const listed = Prisma.sql`workflow WHERE ${lead} >= ${first} AND ${lead} < ${last}`;
    const read = (rows: Prisma.Sql) => Prisma.sql`SELECT ${columns} FROM ${rows} ORDER BY ${order} LIMIT ${limit}`;
    if (!condition) return read(listed);
    if (!among) return read(Prisma.sql`${listed} AND ${condition}`);
    return read(Prisma.sql`(SELECT * FROM ${listed} ORDER BY ${order} LIMIT ${among}) AS beginning WHERE ${condition}`);
  }
}

/** Of one workflow there are not so many that more than their own index would be needed. */
function readChildren(bounds: ListBounds, limit: number, condition?: Prisma.Sql): Prisma.Sql {
  const { lead, first, last, order } = placeBounds(bounds);
  const conditions = [Prisma.sql`${lead} >= ${first} AND ${lead} < ${last}`, ...holdsLabels(bounds)];
  if (condition) conditions.push(condition);
  return Prisma.sql`SELECT ${columns} FROM workflow WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY ${order} LIMIT ${limit}`;
}

/** That a workflow has one of the statuses and the name, as the index of texts has them. */
export function holdsLabels({ statuses, name }: Pick<ListBounds, 'statuses' | 'name'>): Prisma.Sql[] {
  const labels = Prisma.sql`(ARRAY[status, '.' || name])`;
  return [
    ...(statuses.length > 0 ? [Prisma.sql`${labels} && ${statuses}::text[]`] : []),
    ...(name === undefined ? [] : [Prisma.sql`${labels} @> ${[`.${name}`]}::text[]`]),
  ];
}

/** The statement that reads the first `most` workflows that fit a condition, whichever these are, and puts those in order. */
export function readThenSort(
  bounds: ListBounds,
  limit: number,
  condition: Prisma.Sql,
  most: number | null,
): Prisma.Sql {
  const { lead, first, last } = placeBounds({ ...bounds, name: undefined });
  return Prisma.sql`SELECT *, count(*) OVER ()::int AS found FROM (
      SELECT ${columns} FROM workflow WHERE ${condition} AND ${lead} >= ${first} AND ${lead} < ${last} LIMIT ${most}::bigint
    ) AS fitting ORDER BY ${orderBy(bounds)} LIMIT ${limit}`;
}

const directions = { asc: Prisma.sql`ASC`, desc: Prisma.sql`DESC` };

/** The order of a list, by the columns of a {@link ListRow}. */
function orderBy({ order }: ListBounds): Prisma.Sql {
  return Prisma.sql`"startedAt" ${directions[order]}, "startPosition" ${directions[order]}`;
}

/** Where a list begins and ends in the index that has its order. */
export function placeBounds({ name, parent, startedAfter, startedBefore, order, after }: ListBounds, status?: Status) {
  const front: [Prisma.Sql, string][] = [];
  if (status !== undefined) front.push([Prisma.sql`status`, status]);
  if (parent !== undefined) front.push([Prisma.sql`parent`, parent]);
  else if (name !== undefined) front.push([Prisma.sql`name`, name]);
  const names = [...front.map(([column]) => column), Prisma.sql`started_at`, Prisma.sql`start_position`];
  const values = front.map(([, value]) => Prisma.sql`${value}::text`);
  const place = (startedAt: string, position: bigint) =>
    Prisma.sql`(${Prisma.join([...values, Prisma.sql`${startedAt}::timestamptz`, Prisma.sql`${position}::bigint`])})`;
  const [first, last] = [place(startedAfter ?? '-infinity', 0n), place(startedBefore ?? 'infinity', 0n)];
  const common = {
    lead: Prisma.sql`(${Prisma.join(names)})`,
    order: Prisma.join(names.map((column) => Prisma.sql`${column} ${directions[order]}`)),
  };
  if (order === 'asc') {
    const goesOn = after && !(startedAfter && Date.parse(after.startedAt) < Date.parse(startedAfter));
    return { ...common, first: goesOn ? place(after.startedAt, after.startPosition + 1n) : first, last };
  }
  const goesOn = after && !(startedBefore && Date.parse(after.startedAt) >= Date.parse(startedBefore));
  return { ...common, first, last: goesOn ? place(after.startedAt, after.startPosition) : last };
}
