import { describe, expect, it } from 'vitest';
import { appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { openPulse, type Pulse } from '../pulse.ts';
import { pollsOf } from './polls.ts';

const { pulses, url } = setUpPulses(2);
/** The one that is polled, and one in another process. */
const getPulses = () => pulses as [Pulse, Pulse];
const here = new AbortController().signal;
const longMs = 20_000;

async function offer(role: string): Promise<string> {
  const [, there] = getPulses();
  const key = newKey();
  await appendOne(there, key, 'test.__start__');
  await appendOne(there, key, 'test.__wait__', { kind: role, resumeAt: null, reason: 'worker' });
  return key;
}

describe('those who wait for offers', () => {
  it('are woken one by one, the first that came first, each for its own roles', async () => {
    const polls = pollsOf(getPulses()[0]);
    const woken: Promise<string | undefined>[] = [];
    for (const roles of [['test.a'], ['test.b', 'test.a'], ['test.b']]) {
      const poll = await polls.forOffer(roles);
      woken.push(
        poll
          .wait(longMs, here)
          .then((event) => event?.key)
          .finally(poll.leave),
      );
    }
    const keys = [await offer('test.a'), await offer('test.b'), await offer('test.other'), await offer('test.b')];
    expect(await Promise.all(woken)).toEqual([keys[0], keys[1], keys[3]]);
  });

  it('pass on what they have heard of and leave to others', async () => {
    const polls = pollsOf(getPulses()[0]);
    const first = await polls.forOffer(['test.c']);
    const second = await polls.forOffer(['test.c']);
    const following = await polls.forOffer(['test.d']);
    const key = await offer('test.c');
    await offer('test.d');
    await following.wait(longMs, here); // So the first has heard of it.
    const heard = second.wait(longMs, here);
    first.leave();
    expect((await heard)?.key).toBe(key);
    for (const poll of [second, following]) poll.leave();
  });

  it('are all woken by what may make a place of a limit free', async () => {
    const [polled, there] = getPulses();
    const polls = await Promise.all(['full.a', 'full.b'].map((role) => pollsOf(polled).forOffer([role], ['full'])));
    const key = newKey();
    const woken = Promise.all(polls.map((poll) => poll.wait(longMs, here)));
    await appendOne(there, key, 'full.__start__');
    await appendOne(there, key, 'full.__end__');
    expect((await woken).map((event) => event?.kind)).toEqual(['full.__end__', 'full.__end__']);
    for (const poll of polls) poll.leave();
  });

  it('go on when the client leaves, or when the time is over', async () => {
    const poll = await pollsOf(getPulses()[0]).forOffer(['test.e']);
    const gone = new AbortController();
    const waiting = poll.wait(longMs, gone.signal);
    gone.abort();
    expect([await waiting, await poll.wait(1, here)]).toEqual([null, null]);
    poll.leave();
  });
});

describe('those who wait for an abort', () => {
  it('all hear of it, also when it came between asking and waiting, and nobody else does', async () => {
    const polls = pollsOf(getPulses()[0]);
    const [key, other] = [newKey(), newKey()];
    for (const started of [key, other]) await appendOne(getPulses()[1], started, 'test.__start__');
    const [first, second, unconcerned] = [
      await polls.forRound(key),
      await polls.forRound(key),
      await polls.forRound(other),
    ];
    const waiting = first.wait(longMs, here);
    await appendOne(getPulses()[1], key, 'test.note');
    await appendOne(getPulses()[1], key, 'test.__abort__');
    expect(await waiting).toMatchObject({ key, kind: 'test.__abort__' });
    expect(await second.wait(longMs, here)).toMatchObject({ key, kind: 'test.__abort__' });
    expect(await unconcerned.wait(1, here)).toBeNull();
    for (const poll of [first, second, unconcerned]) poll.leave();
  });
});

describe('a server', () => {
  it('has so many who wait and no more, until another leaves', async () => {
    const polls = pollsOf(getPulses()[0]);
    const all = await Promise.all(Array.from({ length: 2_000 }, (_, n) => polls.forRound(`k${n}`)));
    const details = { reason: expect.stringContaining('2000 requests are waiting'), retryAfterMs: 5_000 };
    await expect(polls.forOffer(['test.a'])).rejects.toMatchObject({ code: 'UNAVAILABLE', details });
    all[0]?.leave();
    (await polls.forOffer(['test.a'])).leave();
    for (const poll of all.slice(1)) poll.leave();
  });

  it('that closes answers all of them', async () => {
    const closing = await openPulse({ url: url() });
    const poll = await pollsOf(closing).forOffer(['test.a']);
    const waiting = expect(poll.wait(longMs, here)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await closing.close();
    await waiting;
    poll.leave();
  });
});
