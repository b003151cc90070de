import type { z } from 'zod';
import { formatCursor } from '#domain/cursor.ts';
import { limits } from '#domain/limits.ts';
import { Status } from '#domain/workflow.ts';
import { Prisma } from '../db/generated/client.ts';
import type { Pulse } from '../pulse.ts';
import { ListWorkflows, toBounds } from './list.ts';
import { placeBounds } from './list-rows.ts';

export const CountWorkflows = ListWorkflows.pick({ name: true, startedAfter: true, startedBefore: true });

/** How many workflows there are of each status, and of all; `limits.counted` stands for as many or more. */
export type WorkflowCounts = Record<Status | 'all', number> & {
  /** Exactly where the log ended when they were counted: events after it change the numbers. */
  asOf: string;
};

/**
 * Counts workflows, as far as `limits.counted`: no list is so long that its count reads more of it.
 *
 * One statement reads the numbers and the end of the log, so that whoever follows the log from there counts on without a gap.
 */
export async function countWorkflows(pulse: Pulse, input: z.output<typeof CountWorkflows>): Promise<WorkflowCounts> {
  const count = (status?: Status) => {
    const { lead, first, last, order } = placeBounds(toBounds(input), status);
    return Prisma.sql`(SELECT count(*)::int FROM (
      SELECT 1 FROM workflow WHERE ${lead} >= ${first} AND ${lead} < ${last} ORDER BY ${order} LIMIT ${limits.counted}) AS found)`;
  };
  const numbers = Status.options.map((status) => Prisma.sql`${count(status)} AS ${Prisma.raw(status)}`);
  const [row] = await pulse.prisma.$queryRaw<
    [Record<Status | 'all', number> & { logId: string; position: bigint; refusals: bigint }]
  >`SELECT ${Prisma.join(numbers)}, ${count()} AS "all", log_id AS "logId", position, refusals FROM log_head`;
  const { logId, position, refusals, ...counts } = row;
  return { ...counts, asOf: formatCursor({ logId, position: Number(position), refusals: Number(refusals) }) };
}
