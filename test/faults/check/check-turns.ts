import { isWaiting } from '#domain/workflow.ts';
import type { History } from '../history.ts';

/** Who needs an adapter has a turn, and nobody else; it is due when the workflow says, unless an adapter holds it. */
export function checkTurns({ streams, turns }: History): string[] {
  const problems: string[] = [];
  for (const key of turns.keys())
    if (!streams.get(key)?.workflow) problems.push(`${key} has a turn and is no workflow`);
  for (const [key, { workflow }] of streams) {
    if (!workflow) continue;
    const turn = turns.get(key);
    const isNeeded = workflow.status === 'active' || workflow.role !== null;
    if (isNeeded !== (turn !== undefined))
      problems.push(
        `${key} is ${workflow.status}, ${workflow.role ?? 'nothing'} runs, and it has ${turn ? 'a' : 'no'} turn`,
      );
    if (!turn || turn.adapterId !== null) continue;
    const isAsSaid = isWaiting(workflow) ? turn.dueAt === workflow.resumeAt : turn.dueAt !== null;
    if (!isAsSaid) problems.push(`${key} waits until ${workflow.resumeAt}, and its turn is due at ${turn.dueAt}`);
  }
  return problems;
}
