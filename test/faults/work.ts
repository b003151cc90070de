import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '#domain/actor.ts';
import { isPulseError } from '#domain/errors.ts';
import type { Append } from '#server/log/append.ts';
import { type Choice, choose } from './choose.ts';
import { createRandom } from './random.ts';
import type { Known } from './view.ts';

/** Where one worker's requests go and what they follow from. */
export interface Work {
  name: string;
  seed: number;
  append: Append;
  view: ReadonlyMap<string, Known>;
  /** Epochs of leases that this worker took once, by key. */
  leases: ReadonlyMap<string, number>;
  /** When the run's work began, by the machine's clock. */
  beganAtMs: number;
  /** Whether the door takes several events at once and lease epochs; over HTTP it does not. */
  isWhole: boolean;
  stopping: AbortSignal;
}

const callers = 4;
const repeatPauseMs = 40;

/** Asks at random, with several callers at once, until told to stop. Resolves when all that was asked under a name is answered. */
export async function work(plan: Work): Promise<void> {
  await Promise.all(Array.from({ length: callers }, (_, index) => call(plan, `${plan.name}-${index}`)));
}

async function call({ seed, view, leases, beganAtMs, isWhole, append, stopping, name }: Work, caller: string) {
  const random = createRandom(seed, caller);
  const actor: Actor = { type: 'user', id: name, name, via: 'api' };
  for (let asked = 0; !stopping.aborted; asked += 1) {
    const choice = narrow(choose(random, view, leases, Date.now() - beganAtMs), isWhole);
    const commandId = random.chance(0.5) ? `${caller}-${asked}` : undefined;
    await ask(() => append({ ...choice, actor, commandId }), commandId !== undefined);
    await sleep(random.int(0, 15));
  }
}

function narrow(choice: Choice, isWhole: boolean): Choice {
  return isWhole ? choice : { ...choice, events: choice.events.slice(0, 1) };
}

/** A request with a command id is repeated until it is answered, as a client should. Refusals are answers. */
async function ask(append: () => Promise<unknown>, isNamed: boolean): Promise<void> {
  for (;;) {
    try {
      await append();
      return;
    } catch (error) {
      if (!isNamed || !isPulseError(error, 'UNAVAILABLE')) return;
      await sleep(repeatPauseMs);
    }
  }
}
