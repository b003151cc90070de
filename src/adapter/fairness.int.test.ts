import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Json } from '#domain/json.ts';
import { fn } from '#domain/role.ts';
import type { Pulse } from '#server/pulse.ts';
import { captureStatements } from '#test/explain.ts';
import { appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { makeDefinition, setUpAdapters, start, waitForEvent } from './testing/adapters.ts';

const { pulses } = setUpPulses(3);
const startOne = setUpAdapters();
const getPulses = () => pulses as [Pulse, Pulse, Pulse];
const noop = fn<Json>(() => null);
const readRounds = async (pulse: Pulse, keys: string[]) => {
  const rows = await pulse.prisma.event.findMany({
    where: { key: { in: keys }, kind: 'test.__round__' },
    orderBy: { position: 'asc' },
  });
  return rows.map(({ key }) => key);
};

describe('many workflows and few places', () => {
  it.each([{}, { limit: 1, concurrency: 4 }])(
    'take turns, and none starves (%j)',
    async ({ limit, concurrency = 1 }) => {
      const [pulse, other] = getPulses();
      const rounds = 8;
      const keys = Array.from({ length: 5 }, newKey);
      const definition = makeDefinition(noop, { rounds, ...(limit && { limit }) });
      await startOne(other, { definitions: [definition], concurrency, turnMs: 0 });
      await Promise.all(keys.map((key) => start(pulse, key)));
      await Promise.all(keys.map((key) => waitForEvent(pulse, key, '__end__')));
      const order = await readRounds(pulse, keys);
      expect(order).toHaveLength(rounds * keys.length);
      for (const key of keys) {
        const turns = order.flatMap((each, place) => (each === key ? [place] : []));
        const longest = Math.max(...turns.map((place, index) => place - (turns[index - 1] ?? 0)));
        expect(longest).toBeLessThanOrEqual(2 * keys.length);
      }
    },
  );

  it('lose no time when a place becomes free while the adapter looks whether anybody waits for one', async () => {
    const [pulse, other] = getPulses();
    const prisma = other.prisma.$extends({
      query: {
        async $queryRaw({ args, query }) {
          const answer = await query(args);
          if (args.sql.includes('FROM lease')) await sleep(300); // More than a workflow takes.
          return answer;
        },
      },
    });
    const slow = { ...other, prisma } as unknown as Pulse;
    const keys = Array.from({ length: 3 }, newKey);
    await Promise.all(keys.map((key) => start(pulse, key)));
    await startOne(slow, { definitions: [makeDefinition(noop)], concurrency: 1 });
    await Promise.all(keys.map((key) => waitForEvent(pulse, key, '__end__')));
  });

  it('lets in who has waited, though another would go on for long', async () => {
    const [pulse, other] = getPulses();
    const [endless, waiting] = [newKey(), newKey()];
    const definition = makeDefinition(noop, {
      maxRounds: 10_000,
      moderator: ({ key, waits, history }) => {
        if (key === endless) return { role: 'work' };
        if (history.length > 0) return { end: 'done' };
        return waits.length > 0 ? { role: 'work' } : { wait: 'test.approved' };
      },
    });
    await startOne(other, { definitions: [definition], concurrency: 1, turnMs: 0 });
    await start(pulse, waiting);
    await waitForEvent(pulse, waiting, '__wait__');
    await start(pulse, endless);
    await waitForEvent(pulse, endless, 'work');
    await appendOne(pulse, waiting, 'test.approved');
    await waitForEvent(pulse, waiting, '__end__');
    await appendOne(pulse, endless, 'test.__abort__');
  });

  it('let one that has the place keep it when nobody else wants it', async () => {
    const [pulse, other] = getPulses();
    const key = newKey();
    await startOne(other, { definitions: [makeDefinition(noop, { rounds: 5 })], concurrency: 1, turnMs: 0 });
    await start(pulse, key);
    await waitForEvent(pulse, key, '__end__');
    // The claim, and the end.
    expect(await pulse.prisma.stream.findUnique({ where: { key } })).toMatchObject({ leaseEpoch: 2 });
  });
});

describe('a limit of a definition', () => {
  it('holds over all adapters, while those that wait take no place', async () => {
    const [pulse, left, right] = getPulses();
    let running = 0;
    let most = 0;
    const work = fn<Json>(async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(15);
      running -= 1;
      return null;
    });
    const definitions = [makeDefinition(work, { rounds: 3, limit: 2, delayMs: 30 })];
    await startOne(left, { definitions, concurrency: 4 });
    await startOne(right, { definitions, concurrency: 4 });
    const keys = Array.from({ length: 8 }, newKey);
    await Promise.all(keys.map((key) => start(pulse, key)));
    await Promise.all(keys.map((key) => waitForEvent(pulse, key, '__end__')));
    expect(most).toBe(2);
  });
});

describe('an adapter without work', () => {
  it('asks the database for nothing, however many workflows wait', async () => {
    const [pulse, other] = getPulses();
    const keys = Array.from({ length: 20 }, newKey);
    const definition = makeDefinition(noop, { moderator: () => ({ wait: 'test.approved', timeoutMs: 3_600_000 }) });
    await startOne(other, { definitions: [definition], leaseTtlMs: 60_000 });
    await Promise.all(keys.map((key) => start(pulse, key)));
    await Promise.all(keys.map((key) => waitForEvent(pulse, key, '__wait__')));
    await sleep(200);
    const statements = await captureStatements(() => sleep(800));
    expect(statements.filter(({ text }) => /pulse_claim|lease/.test(text))).toEqual([]);
  });
});
