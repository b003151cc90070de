import { z } from 'zod';
import { formatCursor } from '#domain/cursor.ts';
import { findTextProblem } from '#domain/json.ts';
import { limits } from '#domain/limits.ts';
import { Status, type Workflow } from '#domain/workflow.ts';
import type { Prisma } from '../db/generated/client.ts';
import { toWorkflow } from '../db/rows.ts';
import { Direction } from '../parse-input.ts';
import type { Pulse } from '../pulse.ts';

/** PostgreSQL and JavaScript agree on these years. */
const Moment = z.iso.datetime({ offset: true }).refine((text) => {
  const year = new Date(text).getUTCFullYear();
  return year >= 1 && year <= 9_999;
}, 'must be between the years 1 and 9999');
const Text = z.string().refine((text) => !findTextProblem(text), 'must be plain text');

export const ListWorkflows = z.strictObject({
  status: z.array(Status).max(Status.options.length).optional(),
  /** The definition's name. */
  name: Text.max(limits.kindCharacters).optional(),
  /** Found in the key, the reason, or the name of who started or aborted it, in any case. */
  search: Text.max(limits.searchCharacters).optional(),
  startedAfter: Moment.optional(),
  startedBefore: Moment.optional(),
  limit: z.number().int().min(1).max(limits.pageItems).default(50),
  /** `nextCursor` of the page before. */
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'must be the nextCursor of a page of this list')
    .nullish(),
  direction: Direction,
});

export interface WorkflowPage {
  items: Workflow[];
  nextCursor: string | null;
  /** Where the log ended when this was read: follow the log from here. */
  asOf: string;
}

/**
 * Lists workflows, newest start first.
 *
 * **Shape** `nextCursor` is null on the last page. A page is at least as new as `asOf`.
 */
export async function listWorkflows(pulse: Pulse, input: z.output<typeof ListWorkflows>): Promise<WorkflowPage> {
  const asOf = formatCursor(await pulse.head());
  const rows = await pulse.prisma.workflow.findMany({
    where: toWhere(input),
    orderBy: { startPosition: 'desc' },
    take: input.limit + 1,
  });
  const page = rows.slice(0, input.limit);
  const nextCursor = rows.length > input.limit ? String(page.at(-1)?.startPosition) : null;
  return { items: page.map(toWorkflow), nextCursor, asOf };
}

function toWhere(input: z.output<typeof ListWorkflows>): Prisma.WorkflowWhereInput {
  const { status, name, search, startedAfter, startedBefore, cursor } = input;
  return {
    ...(status && status.length > 0 && { status: { in: status } }),
    ...(name && { name }),
    ...((startedAfter || startedBefore) && {
      startedAt: { ...(startedAfter && { gte: startedAfter }), ...(startedBefore && { lt: startedBefore }) },
    }),
    ...(cursor && { startPosition: { lt: BigInt(cursor) } }),
    ...(search && { OR: matchText(escapeLike(search)) }),
  };
}

function matchText(text: string): Prisma.WorkflowWhereInput[] {
  const contains = { contains: text, mode: 'insensitive' } as const;
  const named = { path: ['name'], string_contains: text, mode: 'insensitive' } as const;
  return [{ key: contains }, { reason: contains }, { startedBy: named }, { abortedBy: named }];
}

/** Prisma hands `%`, `_` and `\` on to LIKE as they are. */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
