import { randomUUID } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { hasProcessTable, readOwnStartTicks, readProcess, readStartTicks } from './process-table.ts';

let own: string | undefined;

/**
 * Names this process as the owner of the programs that it starts, in a way that its successors can tell whether it lives.
 *
 * **Shape** `<pid namespace>.<pid>.<start in ticks>`; `0.<pid>.<random>` where the system does not tell.
 */
export function readOwner(): string {
  own ??= [readNamespace(), process.pid, hasProcessTable ? readOwnStartTicks() : randomUUID()].join('.');
  return own;
}

/** Makes the mark of a round of this process. */
export function makeMark(): string {
  return `${readOwner()}.${randomUUID()}`;
}

/** The owner that a mark tells. */
export function ownerOf(mark: string): string {
  return mark.split('.', 3).join('.');
}

/** Whether an owner is known to be dead: never of one from another pid namespace, of which nothing can be known here. */
export function isDead(owner: string): boolean {
  const [namespace, pid, startTicks] = owner.split('.');
  if (!Number(pid) || namespace !== readNamespace()) return false;
  return isGone(Number(pid)) || hasEnded(Number(pid), Number(startTicks));
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** A zombie has ended too, though its parent has not taken note. One that cannot be read may be alive. */
function hasEnded(pid: number, startTicks: number): boolean {
  const begun = hasProcessTable ? readStartTicks(pid) : undefined;
  return begun !== undefined && (begun !== startTicks || readProcess(pid) === undefined);
}

function readNamespace(): string {
  if (!hasProcessTable) return '0';
  return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
}
