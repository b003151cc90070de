import { describe, expect, it } from 'vitest';
import type { Json } from '#domain/json.ts';
import { fn, remote } from '#domain/role.ts';
import { listAdapters } from '#server/adapters/list-adapters.ts';
import { applyGuard, disableGuard } from '#server/guards/change-guards.ts';
import { getOutput } from '#server/output/read-output.ts';
import type { Pulse } from '#server/pulse.ts';
import { type ClaimedRound, ClaimRound, claimRound } from '#server/rounds/claim-round.ts';
import { HeartbeatRound, heartbeatRound } from '#server/rounds/heartbeat-round.ts';
import { ReportRound, reportRound } from '#server/rounds/report-round.ts';
import { ana, appendOne, ben, newKey, setUpPulses } from '#test/pulse.ts';
import { makeDefinition, readTrail, setUpAdapters, start, waitForEvent } from './testing/adapters.ts';

const { pulses } = setUpPulses(2);
const startOne = setUpAdapters();
/** The adapter's, and that of the server that the workers talk to. */
const getPulses = () => pulses as [Pulse, Pulse];
const definitions = [makeDefinition(remote())];
const here = new AbortController().signal;

/** A worker as the server sees it: what its requests do. */
function makeWorker(worker: string, { account = ana, leaseMs = 10_000, signal = here, pulse = getPulses()[1] } = {}) {
  const where = { host: 'somewhere', pid: 7, roles: ['test.work'] };
  return {
    id: `${account.id}/${worker}`,
    claim: async (waitMs = 20_000) => {
      const asked = ClaimRound.parse({ worker, ...where, leaseMs, waitMs });
      return (await claimRound(pulse, asked, account, signal)).round as ClaimedRound;
    },
    heartbeat: async ({ key, epoch }: ClaimedRound, waitMs = 0, output: object[] = []) => {
      const asked = HeartbeatRound.parse({ worker, key, epoch, leaseMs, waitMs, output });
      return (await heartbeatRound(pulse, asked, account, signal)).abort;
    },
    report: async ({ key, epoch, round }: ClaimedRound, what: object) =>
      (await reportRound(pulse, ReportRound.parse({ worker, key, epoch, round, ...what }), account)).event,
  };
}

const done = { outcome: 'succeeded', output: { n: 1 }, durationMs: 5 };
const stopped = { outcome: 'stopped', how: 'SIGTERM', tookMs: 12 };
const countRefusals = (key: string) => getPulses()[0].prisma.refusal.count({ where: { key } });

/** Starts a workflow whose first round a worker then claims. */
async function startAndClaim(worker: ReturnType<typeof makeWorker>, input: Json = {}) {
  const [pulse] = getPulses();
  const key = newKey();
  await start(pulse, key, { input });
  const round = await worker.claim();
  expect(round).toMatchObject({ key, name: 'test', round: 1, role: 'work', input, history: [] });
  return { key, round };
}

describe('a limit', () => {
  it('holds for the rounds of workers too, and the next is told when a place is free', async () => {
    const [adapters, server] = getPulses();
    const limited = [makeDefinition(remote(), { limit: 1 })];
    const pulse: Pulse = { ...server, definitions: { definitions: limited, problems: [] } };
    await startOne(adapters, { definitions: limited });
    const [first, second] = [makeWorker('limited-1', { pulse }), makeWorker('limited-2', { pulse })];
    const { round } = await startAndClaim(first);
    const later = newKey();
    await start(adapters, later);
    const next = second.claim();
    expect(await makeWorker('limited-3', { pulse }).claim(500)).toBeNull();
    await first.report(round, done);
    expect(await next).toMatchObject({ key: later, round: 1 });
    await second.report(await next, done);
    await waitForEvent(adapters, later, '__end__');
  });
});

describe('a remote role', () => {
  it('is run by a worker between the ticks of an adapter, and its rounds look like any other', async () => {
    const [pulse] = getPulses();
    const mixed = makeDefinition(remote(), {
      roles: { work: remote(), check: fn<Json>(({ history }) => history[0]?.output ?? null) },
      moderator: ({ history }) =>
        [{ role: 'work' }, { role: 'check' }, { role: 'work' }][history.length] ?? { end: 'done' },
    });
    const adapter = await startOne(pulse, { definitions: [mixed] });
    const worker = makeWorker('w1');
    const { key, round } = await startAndClaim(worker, { task: 't' });
    expect(await worker.heartbeat(round)).toBeNull();
    await worker.report(round, done);
    const second = await worker.claim();
    expect(second).toMatchObject({
      key,
      round: 3,
      history: [
        { round: 1, output: { n: 1 } },
        { round: 2, role: 'check' },
      ],
    });
    await worker.report(second, { outcome: 'failed', error: 'no', durationMs: 6 });
    await waitForEvent(pulse, key, '__end__');
    const offer = ['__wait__', { kind: 'test.work', resumeAt: null, reason: 'worker' }];
    expect((await readTrail(pulse, key)).slice(1)).toEqual([
      offer,
      ['__round__', { round: 1, role: 'work', adapter: worker.id }],
      ['work', { round: 1, role: 'work', outcome: 'succeeded', output: { n: 1 }, error: null, durationMs: 5 }],
      ['__round__', { round: 2, role: 'check', adapter: adapter.id }],
      ['check', expect.objectContaining({ round: 2, output: { n: 1 } })],
      offer,
      ['__round__', { round: 3, role: 'work', adapter: worker.id }],
      ['work', { round: 3, role: 'work', outcome: 'failed', output: null, error: 'no', durationMs: 6 }],
      ['__end__', { outcome: 'done', rounds: 3 }],
    ]);
    expect(await pulse.prisma.event.findFirst({ where: { key, kind: 'test.work' } })).toMatchObject({
      actor: { type: 'adapter', id: 'ana/w1', name: 'w1', via: 'api' },
    });
  });

  it('is shown with its worker, for as long as that is there', async () => {
    const [pulse] = getPulses();
    const adapter = await startOne(pulse, { definitions });
    const gone = new AbortController();
    const worker = makeWorker('listed', { signal: gone.signal });
    const { key, round } = await startAndClaim(worker);
    const find = async () => (await listAdapters(pulse)).find(({ id }) => id === worker.id);
    expect(await find()).toMatchObject({
      ...{ host: 'somewhere', pid: 7, alive: true, definitions: ['test.work'] },
      running: [{ key, name: 'test', round: 1, role: 'work' }],
    });
    await worker.report(round, done);
    const claiming = worker.claim();
    await expect.poll(find).toMatchObject({ running: [] });
    gone.abort();
    expect(await claiming).toBeNull();
    expect(await find()).toBeUndefined();
    expect((await listAdapters(pulse)).map(({ id }) => id)).toContain(adapter.id);
  });
});

describe('an abort', () => {
  it('is heard by the worker at once, which then reports how its role died', async () => {
    const [pulse] = getPulses();
    await startOne(pulse, { definitions });
    const worker = makeWorker('w1');
    const { key, round } = await startAndClaim(worker);
    const beating = worker.heartbeat(round, 10_000);
    await appendOne(pulse, key, 'test.__abort__', { reason: 'out of scope' });
    expect(await beating).toEqual({ cause: 'aborted', reason: 'out of scope' });
    expect(await worker.heartbeat(round, 10_000)).toEqual({ cause: 'aborted', reason: 'out of scope' });
    await worker.report(round, stopped);
    await worker.report(round, stopped); // Its first answer may have been lost.
    expect((await readTrail(pulse, key)).slice(-2)).toEqual([
      ['__abort__', { reason: 'out of scope' }],
      ['__stopped__', { round: 1, role: 'work', how: 'SIGTERM', tookMs: 12 }],
    ]);
    expect(await countRefusals(key)).toBe(0);
  });

  it('refuses what the role brought meanwhile, and records that it has returned', async () => {
    const [pulse] = getPulses();
    await startOne(pulse, { definitions });
    const worker = makeWorker('w1');
    const { key, round } = await startAndClaim(worker);
    await appendOne(pulse, key, 'test.__abort__', {});
    await expect(worker.report(round, done)).rejects.toMatchObject({ code: 'GUARD_REJECTED' });
    expect((await readTrail(pulse, key)).at(-1)).toEqual([
      '__stopped__',
      { round: 1, role: 'work', how: 'returned', tookMs: expect.any(Number) },
    ]);
    expect(await countRefusals(key)).toBe(1);
  });

  it('that the worker does not answer ends with a lost round when its lease has run out', async () => {
    const [pulse] = getPulses();
    await startOne(pulse, { definitions });
    const worker = makeWorker('w1', { leaseMs: 1_000 });
    const { key, round } = await startAndClaim(worker);
    await appendOne(pulse, key, 'test.__abort__', {});
    const beating = setInterval(() => void worker.heartbeat(round), 200); // It says that it lives, and goes on.
    expect(await waitForEvent(pulse, key, '__stopped__')).toMatchObject({ payload: { round: 1, how: 'lost' } });
    clearInterval(beating);
    await expect(worker.report(round, stopped)).rejects.toMatchObject({ code: 'GUARD_REJECTED' });
  });
});

describe('the time of a round', () => {
  it('is told to the worker, which hears when it is up; the moderator sees that', async () => {
    const [pulse] = getPulses();
    const definition = makeDefinition(remote({ timeoutMs: 700 }), {
      moderator: ({ history }) => (history[0] ? { end: history[0].outcome } : { role: 'work' }),
    });
    await startOne(pulse, { definitions: [definition] });
    const worker = makeWorker('w1');
    const { key, round } = await startAndClaim(worker);
    expect(Date.parse(round.deadline ?? '') - Date.now()).toBeLessThanOrEqual(700);
    expect(await worker.heartbeat(round, 10_000)).toMatchObject({ cause: 'timed-out' });
    await worker.report(round, stopped);
    await waitForEvent(pulse, key, '__end__');
    expect((await readTrail(pulse, key)).slice(-2)).toEqual([
      ['__stopped__', { round: 1, role: 'work', how: 'SIGTERM', tookMs: 12, reason: 'timed-out' }],
      ['__end__', { outcome: 'timed-out', rounds: 1 }],
    ]);
  });

  it('ends with that of the workflow, which ends by itself when no worker comes', async () => {
    const [pulse] = getPulses();
    await startOne(pulse, { definitions });
    const key = newKey();
    await start(pulse, key, { timeoutMs: 500 });
    await waitForEvent(pulse, key, '__end__');
    expect((await readTrail(pulse, key)).slice(1)).toEqual([
      ['__wait__', { kind: 'test.work', resumeAt: expect.any(String), reason: 'worker' }],
      ['__end__', { outcome: 'timed-out', rounds: 0 }],
    ]);
  });
});

describe('a worker that dies', () => {
  it('loses its round when its lease has run out; another gets the next, and it can write nothing', async () => {
    const [pulse] = getPulses();
    await startOne(pulse, { definitions });
    const dead = makeWorker('dead', { leaseMs: 1_000 });
    const { key, round } = await startAndClaim(dead);
    const other = makeWorker('other');
    const second = await other.claim();
    expect(second).toMatchObject({ key, round: 2, history: [{ round: 1, outcome: 'lost' }] });
    expect(await dead.heartbeat(round, 10_000)).toMatchObject({ cause: 'lost' });
    for (const late of [round, { ...second, round: 1 }]) // Also when it has learnt of the other's epoch.
      await expect(dead.report(late, done)).rejects.toMatchObject({ code: 'GUARD_REJECTED' });
    await expect(dead.report(second, done)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await countRefusals(key)).toBe(2);
    expect(await other.heartbeat(second)).toBeNull();
    await other.report(second, done);
    await waitForEvent(pulse, key, '__end__');
  });

  it('keeps its round as long as it is heard of', async () => {
    const [pulse] = getPulses();
    await startOne(pulse, { definitions });
    const worker = makeWorker('w1', { leaseMs: 2_000 });
    const { key, round } = await startAndClaim(worker);
    for (let beats = 0; beats < 5; beats += 1) expect(await worker.heartbeat(round, 10_000)).toBeNull();
    await worker.report(round, done);
    await waitForEvent(pulse, key, '__end__');
    expect((await readTrail(pulse, key)).map(([tail]) => tail)).not.toContain('__stopped__');
  });

  it('gives its round back when it stops by itself', async () => {
    const [pulse] = getPulses();
    await startOne(pulse, { definitions });
    const worker = makeWorker('w1');
    const { key, round } = await startAndClaim(worker);
    await worker.report(round, stopped);
    expect(await makeWorker('w2').claim()).toMatchObject({ key, round: 2 });
    await appendOne(pulse, key, 'test.__abort__', {});
  });
});

describe('a guard that refuses', () => {
  it.each(['__round__', 'work'])("the worker's %s is asked once, and then the workflow rests", async (tail) => {
    const [pulse] = getPulses();
    const sources = [{ kind: `test.${tail}`, check: 'false', transition: 'state' }];
    await applyGuard(pulse, { definition: { name: 'never', initial_value: false, sources } }, ana);
    const adapter = await startOne(pulse, { definitions });
    const worker = makeWorker('w1');
    const key = newKey();
    try {
      await start(pulse, key);
      await waitForEvent(pulse, key, '__wait__');
      const round = await worker.claim(0);
      if (tail === 'work') await expect(worker.report(round, done)).rejects.toMatchObject({ code: 'GUARD_REJECTED' });
      else expect(round).toBeNull();
      expect(await worker.claim(300)).toBeNull();
      expect(await countRefusals(key)).toBe(1);
      expect((await readTrail(pulse, key)).map(([name]) => name)).toEqual(
        tail === 'work' ? ['__start__', '__wait__', '__round__', '__stopped__'] : ['__start__', '__wait__'],
      );
      await appendOne(pulse, key, 'test.__abort__', {}); // Its lease keeps nobody from that.
    } finally {
      await adapter.stop();
      await disableGuard(pulse, { name: 'never' }, ana);
    }
  });
});

describe('what a worker prints', () => {
  it('is kept once, until its role is dead, and from nobody else', async () => {
    const [pulse] = getPulses();
    await startOne(pulse, { definitions });
    const worker = makeWorker('w1');
    const { key, round } = await startAndClaim(worker);
    const first = { stream: 'stdout', text: 'página 1\n', endByte: 10 };
    const second = { stream: 'stderr', text: 'stopping\n', endByte: 19 };
    const other = { stream: 'stderr', text: 'not mine\n', endByte: 28 };
    for (const output of [[first], [first]]) expect(await worker.heartbeat(round, 0, output)).toBeNull();
    await makeWorker('w2').heartbeat(round, 0, [other]);
    await appendOne(pulse, key, 'test.__abort__', {});
    expect(await worker.heartbeat(round, 0, [first, second])).toMatchObject({ cause: 'aborted' });
    await worker.report(round, stopped);
    await worker.heartbeat(round, 0, [other]);
    expect((await getOutput(pulse, { key, limit: 10 })).chunks).toMatchObject([
      { round: 1, role: 'work', stream: 'stdout', text: 'página 1\n', bytes: 10, missingBytes: 0 },
      { round: 1, role: 'work', stream: 'stderr', text: 'stopping\n', bytes: 9, missingBytes: 0 },
    ]);
  });
});

describe('a report', () => {
  it('is taken once, however often it is sent', async () => {
    const [pulse] = getPulses();
    await startOne(pulse, { definitions: [makeDefinition(remote(), { rounds: 2 })] });
    const worker = makeWorker('w1');
    const { key, round } = await startAndClaim(worker);
    const events = await Promise.all([worker.report(round, done), worker.report(round, done)]);
    const second = await worker.claim();
    events.push(await worker.report(round, done));
    expect(new Set(events.map(({ position }) => position)).size).toBe(1);
    await worker.report(second, done);
    await waitForEvent(pulse, key, '__end__');
    expect(await countRefusals(key)).toBe(0);
  });

  it('is taken from nobody but the worker that claimed the round', async () => {
    const [pulse] = getPulses();
    await startOne(pulse, { definitions });
    const worker = makeWorker('w1');
    const { key, round } = await startAndClaim(worker);
    for (const other of [makeWorker('w2'), makeWorker('w1', { account: ben })]) {
      await expect(other.report(round, done)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await other.heartbeat(round)).toMatchObject({ cause: 'lost' });
    }
    await worker.report(round, done);
    await waitForEvent(pulse, key, '__end__');
  });
});
