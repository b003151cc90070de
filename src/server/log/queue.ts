import { PulseError } from '#domain/errors.ts';
import { logKey } from '#domain/guard-change.ts';
import { control, splitKind } from '#domain/kind.ts';
import type { AppendRequest } from './plan.ts';

/** A request that waits for its batch. */
export interface Waiting<Result> {
  request: AppendRequest;
  /** The length of its payloads as JSON. */
  characters: number;
  attempts: number;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** The requests of a process that wait to be written, aborts before all others. */
export interface Queue<Result> {
  isEmpty(): boolean;
  /** **Errors** `UNAVAILABLE` when too much is waiting already. */
  checkRoom(): void;
  push(entry: Waiting<Result>): void;
  /** Takes what one batch may hold. */
  take(): Waiting<Result>[];
}

/** Small enough that one batch can be planned while another of the same crowd is written. */
const maxBatchEvents = 128;
const maxBatchCharacters = 4 * 1024 * 1024;
const maxWaiting = 20_000;
const maxWaitingCharacters = 64 * 1024 * 1024;

export function createQueue<Result>(): Queue<Result> {
  const urgent: Waiting<Result>[] = [];
  const others: Waiting<Result>[] = [];
  let waitingCharacters = 0;
  const count = () => urgent.length + others.length;

  return {
    isEmpty: () => count() === 0,
    checkRoom: () => {
      if (count() < maxWaiting && waitingCharacters < maxWaitingCharacters) return;
      const reason = `${count()} appends are waiting already`;
      throw new PulseError('UNAVAILABLE', `${reason}; try again in a moment`, { reason });
    },
    push: (entry) => {
      waitingCharacters += entry.characters;
      (holdsAbort(entry.request) ? urgent : others).push(entry);
    },
    take: () => {
      const batch: Waiting<Result>[] = [];
      const commandIds = new Set<string>();
      let events = 0;
      let characters = 0;
      fill: for (const queue of [urgent, others]) {
        while (queue[0] && events < maxBatchEvents && characters < maxBatchCharacters) {
          const { commandId } = queue[0].request;
          // A command that is in the batch already waits for the next one, which finds its result.
          if (commandId !== undefined && commandIds.has(commandId)) break;
          if (commandId !== undefined) commandIds.add(commandId);
          events += queue[0].request.events.length;
          characters += queue[0].characters;
          batch.push(queue.shift() as Waiting<Result>);
          if (batch.at(-1)?.request.key === logKey) break fill; // What follows is for the guards that are in force then.
        }
      }
      waitingCharacters -= characters;
      return batch;
    },
  };
}

function holdsAbort(request: AppendRequest): boolean {
  return request.events.some(({ kind }) => splitKind(kind).tail === control.abort);
}
