import { z } from 'zod';
import { formatCursor } from '#domain/cursor.ts';
import { Key } from '#domain/event.ts';
import { findTextProblem } from '#domain/json.ts';
import { limits } from '#domain/limits.ts';
import { Status, type Workflow } from '#domain/workflow.ts';
import { toWorkflow } from '../db/rows.ts';
import { Direction } from '../parse-input.ts';
import type { Pulse } from '../pulse.ts';
import { type ListBounds, type ListPlace, type ListRow, readInOrder } from './list-rows.ts';
import { searchRows } from './search-rows.ts';

/** PostgreSQL and JavaScript agree on these years. */
const Moment = z.iso.datetime({ offset: true }).refine((text) => {
  const year = new Date(text).getUTCFullYear();
  return year >= 1 && year <= 9_999;
}, 'must be between the years 1 and 9999');
const placeShape = /^(\d{1,14})-(\d{1,15})$/;
const Text = z.string().refine((text) => !findTextProblem(text), 'must be plain text');

export const ListWorkflows = z.strictObject({
  status: z.array(Status).max(Status.options.length).optional(),
  /** The definition's name. */
  name: Text.max(limits.kindCharacters).optional(),
  /** Found in the key, the reason, or the name of who started or aborted it, in any case. */
  search: Text.max(limits.searchCharacters).optional(),
  /** Only those that a role of this workflow has started. */
  parent: z.optional(Key),
  /** Exactly the name of who started it. */
  startedBy: Text.max(limits.searchCharacters).optional(),
  startedAfter: Moment.optional(),
  startedBefore: Moment.optional(),
  /** By start. Default: `desc`, the newest first. */
  order: z.enum(['asc', 'desc']).optional(),
  limit: z.number().int().min(1).max(limits.pageItems).default(50),
  /** `nextCursor` of the page before. */
  cursor: z.string().regex(placeShape, 'must be the nextCursor of a page of this list').nullish(),
  direction: Direction,
});

export interface WorkflowPage {
  items: Workflow[];
  nextCursor: string | null;
  /** Where the log ended when this was read: follow the log from here. */
  asOf: string;
}

/**
 * Lists workflows in the order of their start.
 *
 * **Shape** `nextCursor` is null on the last page. A page is at least as new as `asOf`.
 */
export async function listWorkflows(pulse: Pulse, input: z.output<typeof ListWorkflows>): Promise<WorkflowPage> {
  const asOf = formatCursor(await pulse.head());
  const { limit, search, startedBy } = input;
  const bounds = toBounds(input);
  const rows =
    search || startedBy
      ? await searchRows(pulse.prisma, bounds, { search, startedBy }, limit + 1)
      : await pulse.prisma.$queryRaw<ListRow[]>(readInOrder(bounds, limit + 1));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const nextCursor = rows.length > limit && last ? formatPlace(last) : null;
  return { items: page.map(toWorkflow), nextCursor, asOf };
}

/** Reads which workflows are meant. */
export function toBounds({
  status = [],
  name,
  parent,
  startedAfter,
  startedBefore,
  order = 'desc',
  cursor,
}: Pick<
  z.output<typeof ListWorkflows>,
  'status' | 'name' | 'parent' | 'startedAfter' | 'startedBefore' | 'order' | 'cursor'
>): ListBounds {
  const statuses = [...new Set(status)];
  return {
    statuses: statuses.length === Status.options.length ? [] : statuses,
    name: name || undefined,
    parent,
    startedAfter: startedAfter && toMilliseconds(startedAfter),
    startedBefore: startedBefore && toMilliseconds(startedBefore),
    order,
    after: cursor ? parsePlace(cursor) : undefined,
  };
}

/** Rounded up, in UTC: what is not before the moment is not before its next whole millisecond either, and so for before. */
function toMilliseconds(moment: string): string {
  const isBetween = /\.\d{3}\d*[1-9]/.test(moment);
  return new Date(Date.parse(moment) + (isBetween ? 1 : 0)).toISOString();
}

/** A cursor's text: when the last workflow of the page began, in milliseconds, and at which position. */
function formatPlace({ startedAt, startPosition }: ListRow): string {
  return `${startedAt.getTime()}-${startPosition}`;
}

function parsePlace(cursor: string): ListPlace {
  const [, startedMs, startPosition] = placeShape.exec(cursor) ?? [];
  return { startedAt: new Date(Number(startedMs)).toISOString(), startPosition: BigInt(startPosition ?? 0) };
}
