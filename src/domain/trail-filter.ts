import * as z from 'zod/mini';
import type { TimelineEntry } from './event.ts';
import { findTextProblem } from './json.ts';
import { KindPattern, matchesKind } from './kind.ts';
import { limits } from './limits.ts';

const Text = z.string().check(
  z.maxLength(limits.searchCharacters),
  z.refine((text) => !findTextProblem(text), 'must be plain text'),
);

/** Which entries of a trail are looked at; all, where nothing is said. */
export const TrailFilter = z.strictObject({
  /** A kind or a pattern such as `*.__abort__`. */
  kind: z.optional(KindPattern),
  /** Found in the name, the id or the type of who did it, in any case. */
  actor: z.optional(Text),
  /** Found in the payload's JSON, in any case. */
  find: z.optional(Text),
  /** Only events, or only refusals. */
  type: z.optional(z.enum(['event', 'refusal'])),
});
export type TrailFilter = z.infer<typeof TrailFilter>;

/** Whether a filter lets everything pass. */
export function isOpen({ kind, actor, find, type }: TrailFilter): boolean {
  return !kind && !actor && !find && !type;
}

/** Whether a trail that is filtered so shows an entry: on the server, and in the browser as entries arrive. */
export function matchesTrail({ kind, actor, find, type }: TrailFilter, entry: TimelineEntry): boolean {
  if (type && entry.type !== type) return false;
  if (kind && !matchesKind(kind, entry.kind)) return false;
  if (actor && !holds(`${entry.actor.name}\n${entry.actor.id}\n${entry.actor.type}`, actor)) return false;
  return !find || holds(JSON.stringify(entry.payload), find);
}

function holds(text: string, wanted: string): boolean {
  return text.toLowerCase().includes(wanted.toLowerCase());
}
