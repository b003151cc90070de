import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { canonicalJson } from '#domain/json.ts';
import { storableJson } from '#test/json.ts';
import { ana, ben } from '#test/pulse.ts';
import { extendChain, hashEvent } from '../log/hash.ts';
import type { Witness } from './explain.ts';
import type { FoundEvent } from './finding.ts';
import { followKeys } from './follow-keys.ts';
import { linkByLookup } from './link-keys.ts';
import { makeLog } from './testing/make-log.ts';
import { walkEvents } from './walk.ts';

vi.setConfig({ testTimeout: 30_000 }); // Many logs, each walked whole.

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
  for (let next = walks.next(); next; next = walks.next()) {
    problems.push((await walkEvents(next.items, { whole: true, witness: witnessOf(events) })).problem);
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

/** Any other value for any field of an event. */
const edit = fc.oneof(
  fc.record({ key: fc.constantFrom('a', 'b', 'c', 'other') }),
  fc.record({ sequence: fc.integer({ min: 0, max: 30 }) }),
  fc.record({ kind: fc.constantFrom('note.written', 'note.writteN', 'meta.__abort__') }),
  fc.record({ payload: storableJson }),
  fc.record({ actor: fc.constantFrom(ana, ben, { ...ana, via: 'api' as const }) }),
  fc.record({ occurredAt: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.001Z') }),
  fc.record({ hash: fc.constantFrom('0'.repeat(64), 'f'.repeat(64)) }),
  fc.record({ chain: fc.constantFrom('0'.repeat(64), 'f'.repeat(64)) }),
  fc.record({ defect: fc.constant('it was never written like that') }),
);

describe('given any log where each event tells the chain', () => {
  it('when any field of one event is another, then its position is named, or a span that it ends', async () => {
    await fc.assert(
      fc.asyncProperty(appends, place, edit, async (list, at, changed) => {
        const events: FoundEvent[] = makeLog(list);
        const index = at % events.length;
        const before = events[index] as FoundEvent;
        events[index] = { ...before, ...changed };
        fc.pre(canonicalJson({ ...before } as never) !== canonicalJson({ ...events[index] } as never));
        const { problem, size } = await walk(events);
        expect(size).toBe(index);
        expect(problem).toMatchObject({ position: expect.any(Number) });
        // Where an event claims to be a later one of its key, those between could be missing anywhere before it.
        expect(problem?.through).toBe(index + 1);
        if (problem?.how !== 'removed') expect(problem?.position).toBe(index + 1);
      }),
      { numRuns: 80 },
    );
  });

  it('when an event was put in, then it is named, or what follows it where it fits what came before', async () => {
    await fc.assert(
      fc.asyncProperty(appends, place, fc.constantFrom('a', 'b', 'new'), fc.boolean(), async (list, at, key, fits) => {
        const original = makeLog([...list, ['a']]);
        const index = at % list.length;
        const forged = makeLog([...list.slice(0, index), [key, 'never said']])[index] as FoundEvent;
        const later = original.slice(index).map((event) => ({ ...event, position: event.position + 1 }));
        const chain = fits ? forged.chain : (original[index]?.chain ?? '');
        const { problem, size } = await walk([
          ...original.slice(0, index),
          { ...forged, chain } as FoundEvent,
          ...later,
        ]);
        expect(size).toBe(fits ? index + 1 : index);
        expect(problem?.position).toBeGreaterThanOrEqual(index + 1);
        expect(problem?.position).toBeLessThanOrEqual(fits ? index + 2 : index + 1);
      }),
      { numRuns: 50 },
    );
  });
});

describe('given an event whose hash was made to fit', () => {
  it('when its number does not follow, then it is where something is missing', async () => {
    const [first, second] = makeLog([['a'], ['a']]) as [Required<FoundEvent>, Required<FoundEvent>];
    const forged = { ...second, sequence: 3 };
    const hash = hashEvent(first.hash, forged);
    const { problem } = await walk([
      first,
      { ...forged, hash, chain: extendChain(first.chain, hash), defect: undefined } as never,
    ]);
    expect(problem).toMatchObject({ how: 'removed', position: 2, through: 2 });
  });
});

describe('given any log that was changed in any way', () => {
  type Change = (events: FoundEvent[], at: number, other: number) => FoundEvent[];
  const changes: Change[] = [
    (events, at) => events.toSpliced(at, 1),
    (events, at, other) => events.with(at, events[other] as FoundEvent).with(other, events[at] as FoundEvent),
    (events, at, other) => events.toSpliced(at, 0, events[other] as FoundEvent),
    (events, at) => events.slice(0, at),
    (events, at, other) => events.slice(0, at).concat(events.slice(at).toReversed().slice(0, other)),
  ];
  const anyChange = fc.tuple(fc.constantFrom(...changes), fc.boolean());

  it('when it is walked, then a problem is found, or it ends elsewhere than the log', async () => {
    await fc.assert(
      fc.asyncProperty(
        appends,
        fc.array(fc.tuple(anyChange, place, place), { minLength: 1, maxLength: 3 }),
        async (list, all) => {
          const original = withoutChain(makeLog(list));
          let events: FoundEvent[] = original;
          for (const [[change, renumbered], at, other] of all) {
            if (events.length === 0) break;
            events = change(events, at % events.length, other % events.length);
            if (renumbered) events = events.map((event, index) => ({ ...event, position: index + 1 }));
          }
          const first = events.findIndex(
            (event, index) => canonicalJson(event as never) !== canonicalJson((original[index] ?? null) as never),
          );
          fc.pre(first >= 0 || events.length < original.length);
          const { problem, root, size } = await walk(events);
          if (problem) expect(size).toBeGreaterThanOrEqual(first);
          else expect([root, size]).not.toEqual([makeLog(list).at(-1)?.chain, list.length]);
        },
      ),
      { numRuns: 80 },
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
    expect(await walkPast([anchor(2), wrong, { ...wrong, size: 4 }])).toMatchObject({ missed: { size: 3 }, since: 2 });
  });
});
