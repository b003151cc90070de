import type { Actor } from '#domain/actor.ts';
import { isJsonObject, type Json } from '#domain/json.ts';
import { control } from '#domain/kind.ts';
import { Prisma } from '../db/generated/client.ts';
import type { Pulse } from '../pulse.ts';
import { toUnavailable } from '../unavailable.ts';
import { abortChildren } from './abort-children.ts';

/**
 * Aborts the children that still live although their parent was aborted, unless its abort says not to.
 *
 * Whoever aborts a parent does so at once. This is for when they have died in the middle, or have appended the event by itself.
 *
 * **Shape** how many it has aborted for each parent that it did it for, of some parents or of all.
 * **Errors** `UNAVAILABLE`; repeat it.
 */
export async function finishCascades(
  pulse: Pulse,
  actor: Actor,
  parents?: readonly string[],
): Promise<Map<string, number>> {
  const ofParents = parents ? Prisma.sql`c.parent = ANY (${parents}::text[])` : Prisma.sql`c.parent IS NOT NULL`;
  try {
    const aborts = await pulse.prisma.$queryRaw<{ key: string; position: bigint; payload: Json }[]>`
      WITH left_behind AS MATERIALIZED (
        SELECT DISTINCT p.key, p.name FROM workflow c JOIN workflow p ON p.key = c.parent
        WHERE ${ofParents} AND c.status = 'active' AND p.status = 'aborted'
      )
      SELECT e.key, e.position, e.payload FROM left_behind p
      JOIN event e ON e.key = p.key AND e.kind = p.name || ${`.${control.abort}`}`;
    const aborted = new Map<string, number>();
    for (const { key, position, payload } of aborts) {
      if (!cascades(payload)) continue;
      const reason = isJsonObject(payload) && typeof payload.reason === 'string' ? payload.reason : null;
      aborted.set(key, await abortChildren(pulse, { key, position: Number(position), reason }, actor));
    }
    return aborted;
  } catch (error) {
    throw toUnavailable(error);
  }
}

/** Whether an abort is to reach the workflow's children: it does unless it says `cascade: false`. */
export function cascades(payload: Json): boolean {
  return !isJsonObject(payload) || payload.cascade !== false;
}
