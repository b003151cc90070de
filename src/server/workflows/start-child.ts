import { hash } from 'node:crypto';
import type { Actor } from '#domain/actor.ts';
import type { WorkflowDefinition } from '#domain/definition.ts';
import { control } from '#domain/kind.ts';
import { limits } from '#domain/limits.ts';
import type { Workflow } from '#domain/workflow.ts';
import { checkStart } from '../definitions.ts';
import { parseInput } from '../parse-input.ts';
import type { Pulse } from '../pulse.ts';
import { StartWorkflow } from './start.ts';

/** The round that starts a workflow, under the lease of that epoch. */
export interface ParentRound {
  key: string;
  epoch: number;
  round: number;
}

const StartChild = StartWorkflow.pick({ name: true, key: true, input: true, maxRounds: true }).required({ key: true });

/**
 * Starts a workflow for a role of another one, which is its parent from then on.
 *
 * The parent's epoch is compared in the transaction that begins the child: once the parent is aborted or over, or another
 * adapter has it, none begins. So whoever looks for children after an abort finds all that there will ever be.
 *
 * **Shape** the child; when the parent has one of that key and name already, that one, and nothing is written.
 * **Errors** as of `startWorkflow`, and `GUARD_REJECTED` by `parent`.
 */
export async function startChild(
  pulse: Pulse,
  parent: ParentRound,
  asked: { name: string; key: string; input: unknown; maxRounds?: number | undefined },
  definitions: ReadonlyMap<string, WorkflowDefinition>,
  actor: Actor,
): Promise<Pick<Workflow, 'key'>> {
  const { name, key, input = {}, maxRounds } = parseInput(StartChild, asked);
  const own = definitions.get(name);
  const definition = checkStart(own ? { definitions: { definitions: [own], problems: [] } } : pulse, name, input);
  const known = await pulse.prisma.workflow.findUnique({ where: { key }, select: { name: true, parent: true } });
  if (known?.name === name && known.parent === parent.key) return { key };
  const payload = {
    input,
    maxRounds: maxRounds ?? definition.maxRounds,
    ...(definition.timeoutMs !== undefined && { timeoutMs: definition.timeoutMs }),
    parent: { key: parent.key, round: parent.round },
  };
  await pulse.append({
    key,
    events: [{ kind: `${name}.${control.start}`, payload }],
    actor,
    commandId: `child-${hash('sha256', JSON.stringify([parent.key, parent.epoch, key, name]))}`,
    parent: { key: parent.key, epoch: parent.epoch },
  });
  return { key };
}

/**
 * The key of the `count`th child that a step of its parent starts, unless it is given one: `fix-68.2.1`.
 *
 * Steps are counted without the rounds that got lost, so that a round which repeats one names the same children.
 */
export function makeChildKey(parent: string, step: number, count: number): string {
  const key = `${parent}.${step}.${count}`;
  if ([...key].length <= limits.keyCharacters) return key;
  return `child-${hash('sha256', key)}`;
}
