import { hash } from 'node:crypto';
import type { Actor } from '#domain/actor.ts';
import { isPulseError } from '#domain/errors.ts';
import { control } from '#domain/kind.ts';
import type { Pulse } from '../pulse.ts';

/** An abort whose workflow's children are to be aborted too. */
export interface AbortCause {
  key: string;
  position: number;
  reason: string | null;
}

/** So many are aborted at a time, so that others get their turn in between. */
const batchWorkflows = 200;

/**
 * Aborts the living children of an aborted workflow, and theirs, each by an event that names its parent's abort.
 *
 * No child can begin after its parent's abort, so one look finds all. It can be repeated, by several at once too: the same
 * abort gives the same commands.
 *
 * **Shape** how many it has aborted. What has ended meanwhile, or is defended by a guard, stays as it is.
 * **Errors** `UNAVAILABLE`; repeat it.
 */
export async function abortChildren(pulse: Pulse, cause: AbortCause, actor: Actor): Promise<number> {
  let aborted = 0;
  for (let after = ''; ; ) {
    const children = await pulse.prisma.workflow.findMany({
      where: { parent: cause.key, status: 'active', key: { gt: after } },
      select: { key: true, name: true },
      orderBy: { key: 'asc' },
      take: batchWorkflows,
    });
    const counts = await Promise.all(children.map((child) => abortChild(pulse, child, cause, actor)));
    aborted += counts.reduce((sum, count) => sum + count, 0);
    const last = children.at(-1);
    if (!last || children.length < batchWorkflows) return aborted;
    after = last.key;
  }
}

async function abortChild(
  pulse: Pulse,
  { key, name }: { key: string; name: string },
  { reason, ...cause }: AbortCause,
  actor: Actor,
): Promise<number> {
  const payload = { reason, cause: { key: cause.key, position: cause.position } };
  const events = [{ kind: `${name}.${control.abort}`, payload }];
  const commandId = `cascade-${hash('sha256', JSON.stringify([cause.position, key]))}`;
  try {
    const { events: appended } = await pulse.append({ key, events, actor, commandId });
    return 1 + (await abortChildren(pulse, { key, position: appended[0]?.position ?? 0, reason }, actor));
  } catch (error) {
    if (isPulseError(error, 'GUARD_REJECTED')) return 0;
    throw error;
  }
}
