import type { Actor } from '../src/domain/actor.ts';
import type { Json } from '../src/domain/json.ts';

/** One call of a benchmark's caller. */
export interface Attempt {
  key: string;
  /** The sequence that its event has if it is taken; the key is at the one before. */
  sequence: number;
  kind: string;
  payload: Json;
  /** Whether it must be refused. */
  refused: boolean;
}

export const actor: Actor = { type: 'system', id: 'bench', name: 'bench', via: 'api' };

const rounds = 9;
const text = 'a payload of about a hundred bytes, as an event of a real workflow might carry it';

let workflows = 0;

/**
 * Lives one workflow after the other, each with a key of its own: a start, nine rounds of two events, an end. A second start,
 * which no log may take, is tried before the end: one attempt in twenty-one.
 */
export function* liveWorkflows(): Generator<Attempt, never> {
  for (;;) {
    const key = `bench-${workflows++}`;
    let sequence = 0;
    const take = (kind: string, payload: Json): Attempt => {
      sequence += 1;
      return { key, sequence, kind, payload, refused: false };
    };
    yield take('bench.__start__', { input: { text }, maxRounds: rounds });
    for (let round = 1; round <= rounds; round += 1) {
      yield take('bench.__round__', { round, role: 'worker', adapter: 'bench-adapter' });
      yield take('bench.worker', { round, output: { text } });
    }
    yield { key, sequence: sequence + 1, kind: 'bench.__start__', payload: { input: { text } }, refused: true };
    yield take('bench.__end__', { outcome: 'done' });
  }
}
