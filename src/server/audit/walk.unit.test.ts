import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storableJson } from '#test/json.ts';
import type { Witness } from './explain.ts';
import type { FoundEvent } from './finding.ts';
import { followKeys } from './follow-keys.ts';
import { linkByLookup } from './link-keys.ts';
import { makeLog } from './testing/make-log.ts';
import { walkEvents } from './walk.ts';

const appends = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'ключ'), storableJson), {
  minLength: 1,
  maxLength: 25,
});
const place = fc.nat();

async function* inPages(events: FoundEvent[]): AsyncGenerator<FoundEvent[]> {
  for (let index = 0; index < events.length; index += 3) yield events.slice(index, index + 3);
}

async function* inOrder(events: FoundEvent[]): AsyncGenerator<FoundEvent> {
  yield* events;
}

function witnessOf(events: FoundEvent[]): Witness {
  return {
    findEvents: async (key, sequence) => events.filter((event) => event.key === key && event.sequence === sequence),
    wasWrittenLate: async () => false,
  };
}

/** Walks by looking predecessors up, as in a database, with no key in memory from one page to the next. */
async function walk(events: FoundEvent[], whole = true) {
  const items = linkByLookup(inPages(events), async (wanted) =>
    wanted.flatMap(({ key, position }) => {
      const link = events.findLast((event) => event.key === key && event.position < position);
      return link ? [{ key, link }] : [];
    }),
  );
  return walkEvents(items, { whole, witness: witnessOf(events) });
}

/** Walks by following keys, as in a file, remembering `maxKeys` of them. */
async function walkFollowing(events: FoundEvent[], maxKeys: number) {
  const walks = followKeys(() => inOrder(events), { maxKeys });
  const problems = [];
  let walked = 0;
  for (let items = walks.next(); items; items = walks.next()) {
    problems.push((await walkEvents(items, { whole: true, witness: witnessOf(events) })).problem);
    walked += 1;
  }
  return { problems, walked };
}

const withoutChain = (events: FoundEvent[]) => events.map(({ chain: _, ...event }) => event);

describe('given any log that was only appended to', () => {
  it('when it is walked, then nothing is found, and the root is its chain', async () => {
    await fc.assert(
      fc.asyncProperty(appends, async (list) => {
        const events = makeLog(list);
        expect(await walk(events)).toMatchObject({ problem: null, size: events.length, root: events.at(-1)?.chain });
      }),
    );
  });

  it('when fewer keys are remembered than there are, then it takes more walks, and nothing is found', async () => {
    await fc.assert(
      fc.asyncProperty(appends, fc.integer({ min: 1, max: 3 }), async (list, maxKeys) => {
        const { problems, walked } = await walkFollowing(makeLog(list), maxKeys);
        expect(problems.every((problem) => problem === null)).toBe(true);
        if (new Set(list.map(([key]) => key)).size > maxKeys) expect(walked).toBeGreaterThan(1);
      }),
    );
  });

  it('when one key is walked, then nothing is found', async () => {
    await fc.assert(
      fc.asyncProperty(appends, async (list) => {
        const events = makeLog(list).filter(({ key }) => key === list[0]?.[0]);
        expect(await walk(withoutChain(events), false)).toMatchObject({ problem: null, root: events.at(-1)?.hash });
      }),
    );
  });
});

describe('given any log that one event was changed in', () => {
  it('when its payload says something else, then its position is named, whichever way it is walked', async () => {
    await fc.assert(
      fc.asyncProperty(appends, place, storableJson, async (list, at, payload) => {
        const events = makeLog(list);
        const index = at % events.length;
        const before = events[index]?.payload ?? null;
        events[index] = { ...(events[index] as (typeof events)[0]), payload: [before, payload] };
        const problem = { how: 'altered', position: index + 1 };
        expect((await walk(withoutChain(events))).problem).toMatchObject(problem);
        const { problems } = await walkFollowing(events, 1);
        expect(problems.filter((found) => found !== null)).toMatchObject([problem]);
      }),
    );
  });

  it('when it was removed, then its position is named', async () => {
    await fc.assert(
      fc.asyncProperty(appends, place, async (list, at) => {
        const events = makeLog([...list, ['a']]);
        const index = at % list.length;
        events.splice(index, 1);
        expect((await walk(events)).problem).toMatchObject({ how: 'removed', position: index + 1, through: index + 1 });
      }),
    );
  });

  it('when two changed places, then the first is named where each tells the chain', async () => {
    await fc.assert(
      fc.asyncProperty(appends, place, place, async (list, one, other) => {
        const events = makeLog([...list, ['a']]);
        const [first, second] = [one % list.length, other % list.length].sort((x, y) => x - y) as [number, number];
        fc.pre(first !== second);
        const [left, right] = [events[first], events[second]] as [(typeof events)[0], (typeof events)[0]];
        events[first] = { ...right, position: left.position, chain: left.chain };
        events[second] = { ...left, position: right.position, chain: right.chain };
        expect((await walk(events)).problem).toMatchObject({ position: first + 1 });
      }),
    );
  });
});

describe('given checkpoints', () => {
  const events = makeLog([['a'], ['b'], ['a'], ['c']]);
  const anchor = (size: number) => ({ size, root: events[size - 1]?.chain ?? '' });
  const walkPast = (anchors: { size: number; root: string }[]) =>
    walkEvents(
      linkByLookup(inPages(events), async () => []),
      { whole: true, witness: witnessOf(events), anchors },
    );

  it('when the log passes through them, then none is missed', async () => {
    expect(await walkPast([anchor(2), anchor(2), anchor(4)])).toMatchObject({ problem: null, missed: null });
  });

  it('when it does not, then the first that it misses is named, and the last that it passes', async () => {
    const wrong = { size: 3, root: 'f'.repeat(64) };
    expect(await walkPast([anchor(2), wrong, { ...wrong, size: 4 }])).toMatchObject({ missed: { size: 3, since: 2 } });
  });
});
