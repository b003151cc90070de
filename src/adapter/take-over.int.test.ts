import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Json } from '#domain/json.ts';
import { command, fn } from '#domain/role.ts';
import { listAdapters } from '#server/adapters/list-adapters.ts';
import { applyGuard, disableGuard } from '#server/guards/change-guards.ts';
import { claimWorkflows } from '#server/leases/claim-workflows.ts';
import type { Pulse } from '#server/pulse.ts';
import { ana, appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import type { Adapter } from './start-adapter.ts';
import { makeDefinition, readTrail, setUpAdapters, start, waitFor, waitForEvent } from './testing/adapters.ts';

const { pulses } = setUpPulses(3);
const startOne = setUpAdapters();
const getPulses = () => pulses as [Pulse, Pulse, Pulse];
const quick = [makeDefinition(fn<Json>(() => null))];
const slow = [makeDefinition(command({ run: 'sleep 600' }))];

const abort = (key: string) => appendOne(getPulses()[0], key, 'test.__abort__');

/** A role whose first round tells that it has begun and waits to be finished. */
function makeWaitingRole() {
  let begin = () => {};
  let finish: (output: string) => void = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const output = new Promise<string>((resolve) => {
    finish = resolve;
  });
  const role = fn<Json>(() => {
    begin();
    return output;
  });
  return { role, begun, finish };
}

/** Begins a round as an adapter does that then dies: its lease is not renewed. */
async function beginAndDie(pulse: Pulse, key: string, ttlMs: number) {
  await start(pulse, key);
  const claims = await claimWorkflows(pulse, { adapterId: 'dead', names: ['test'], limit: 1, ttlMs });
  const { epoch } = claims.find((claim) => claim.key === key) as { epoch: number };
  const append = (tail: string, payload: Json) =>
    pulse.append({
      key,
      events: [{ kind: `test.${tail}`, payload }],
      actor: { type: 'adapter', id: 'dead', name: 'dead', via: 'adapter' },
      epoch,
    });
  await append('__round__', { round: 1, role: 'work', adapter: 'dead' });
  return append;
}

describe('an adapter that died', () => {
  it('is replaced when its lease has run out; its round is lost and can still write nothing', async () => {
    const [pulse, other] = getPulses();
    const key = newKey();
    const appendAsDead = await beginAndDie(pulse, key, 300);
    await startOne(other, { definitions: slow });
    await waitFor(pulse, key, ({ kind, payload }) => kind === 'test.__round__' && isRound(payload, 2));
    expect((await readTrail(pulse, key)).slice(2)).toEqual([
      ['__stopped__', { round: 1, role: 'work', how: 'lost', tookMs: null }],
      ['__round__', { round: 2, role: 'work', adapter: expect.any(String) }],
    ]);
    await expect(
      appendAsDead('work', { round: 2, role: 'work', outcome: 'succeeded', output: null }),
    ).rejects.toMatchObject({
      code: 'GUARD_REJECTED',
      details: { guard: 'lease' },
    });
    await appendOne(pulse, key, 'test.__abort__');
  });

  it('has its aborted workflow recorded as stopped, and nothing more is run of it', async () => {
    const [pulse, other] = getPulses();
    const key = newKey();
    await beginAndDie(pulse, key, 300);
    await appendOne(pulse, key, 'test.__abort__');
    await startOne(other, { definitions: quick });
    expect(await waitForEvent(pulse, key, '__stopped__')).toMatchObject({ payload: { round: 1, how: 'lost' } });
    expect((await readTrail(pulse, key)).map(([tail]) => tail)).toEqual([
      '__start__',
      '__round__',
      '__abort__',
      '__stopped__',
    ]);
  });
});

describe('an adapter that stops', () => {
  it('kills its roles, hands its workflows back at once and says goodbye', async () => {
    const [pulse, left, right] = getPulses();
    const key = newKey();
    const marker = path.join(await mkdtemp(path.join(tmpdir(), 'pulse-marker-')), 'runs');
    const marking = [makeDefinition(command({ run: 'touch "$MARKER"; exec sleep 600', env: { MARKER: marker } }))];
    const leaving = await startOne(left, { definitions: marking, leaseTtlMs: 60_000 });
    await start(pulse, key);
    await expect.poll(() => existsSync(marker), { timeout: 20_000 }).toBe(true); // Sooner there is nothing to kill.
    expect(await listAdapters(pulse)).toEqual([
      expect.objectContaining({
        id: leaving.id,
        alive: true,
        capacity: 8,
        definitions: ['test'],
        running: [{ key, name: 'test', round: 1, role: 'work' }],
      }),
    ]);
    const staying = await startOne(right, { definitions: quick });
    await leaving.stop();
    expect((await listAdapters(pulse)).map(({ id }) => id)).toEqual([staying.id]);
    expect(await pulse.prisma.lease.count({ where: { adapterId: leaving.id } })).toBe(0);
    await waitForEvent(pulse, key, '__end__');
    expect((await readTrail(pulse, key)).slice(2)).toMatchObject([
      ['__stopped__', { round: 1, role: 'work', how: 'SIGTERM', tookMs: expect.any(Number) }],
      ['__round__', { round: 2, role: 'work', adapter: staying.id }],
      ['work', { round: 2 }],
      ['__end__', { outcome: 'done', rounds: 2 }],
    ]);
  });

  it('lets a round end by itself while it is given time, and leaves the next to another', async () => {
    const [pulse, left, right] = getPulses();
    const { role, begun, finish } = makeWaitingRole();
    const leaving = await startOne(left, { definitions: [makeDefinition(role, { rounds: 2 })], leaseTtlMs: 60_000 });
    const key = newKey();
    await start(pulse, key);
    await begun;
    const stopped = leaving.stop({ drainMs: 60_000 });
    const late = newKey();
    await start(pulse, late);
    finish('mine');
    await stopped;
    expect((await readTrail(pulse, key)).slice(1)).toMatchObject([
      ['__round__', { round: 1 }],
      ['work', { round: 1, outcome: 'succeeded', output: 'mine' }],
    ]);
    expect(await readTrail(pulse, late)).toHaveLength(1);
    const staying = await startOne(right, {
      definitions: [
        makeDefinition(
          fn<Json>(() => null),
          { rounds: 2 },
        ),
      ],
    });
    await Promise.all([key, late].map((each) => waitForEvent(pulse, each, '__end__')));
    expect((await readTrail(pulse, key))[3]).toMatchObject(['__round__', { round: 2, adapter: staying.id }]);
  });

  it('tells the others of what it leaves, so that they go on within a second', async () => {
    const [pulse, left, right] = getPulses();
    const { role, begun, finish } = makeWaitingRole();
    const leaving = await startOne(left, { definitions: [makeDefinition(role, { rounds: 2 })], leaseTtlMs: 60_000 });
    const key = newKey();
    await start(pulse, key);
    await begun;
    const rest = makeDefinition(
      fn<Json>(() => null),
      { rounds: 2 },
    );
    await startOne(right, { definitions: [rest], leaseTtlMs: 60_000 });
    const stopped = leaving.stop({ drainMs: 60_000 });
    finish('mine');
    await Promise.all([stopped, waitForEvent(pulse, key, '__end__')]);
    const events = await pulse.prisma.event.findMany({ where: { key }, orderBy: { sequence: 'asc' } });
    expect(events.slice(2, 4).map(({ kind }) => kind)).toEqual(['test.work', 'test.__round__']);
    const [leftAt = 0, takenAt = 0] = events.slice(2, 4).map(({ occurredAt }) => occurredAt.getTime());
    expect(takenAt - leftAt).toBeLessThan(1_000);
  });

  it('ends a workflow whose last round was that', async () => {
    const [pulse, left] = getPulses();
    const { role, begun, finish } = makeWaitingRole();
    const leaving = await startOne(left, { definitions: [makeDefinition(role)] });
    const key = newKey();
    await start(pulse, key);
    await begun;
    const stopped = leaving.stop({ drainMs: 60_000 });
    finish('mine');
    await stopped;
    expect((await readTrail(pulse, key)).at(-1)).toMatchObject(['__end__', { outcome: 'done' }]);
  });

  it.each([
    ['the time it gives is over', { drainMs: 100 }, () => {}],
    ['it is asked again', { drainMs: 60_000 }, (adapter: Adapter) => void adapter.stop()],
    ['it is aborted meanwhile', { drainMs: 60_000 }, (_: Adapter, key: string) => abort(key)],
  ])('stops a round that does not end when %s', async (_, options, act) => {
    const [pulse, left] = getPulses();
    const leaving = await startOne(left, { definitions: slow });
    const key = newKey();
    await start(pulse, key);
    await waitForEvent(pulse, key, '__round__');
    const stopped = leaving.stop(options);
    await act(leaving, key);
    await stopped;
    expect((await readTrail(pulse, key)).at(-1)).toMatchObject([
      '__stopped__',
      { round: 1, tookMs: expect.any(Number) },
    ]);
    expect(await pulse.prisma.lease.count({ where: { adapterId: leaving.id } })).toBe(0);
    await abort(key).catch(() => {}); // It is not to be taken up by the adapter of another test.
  });

  it('has stopped when asked twice', async () => {
    const adapter = await startOne(getPulses()[1], { definitions: quick });
    await Promise.all([adapter.stop(), adapter.stop()]);
  });
});

describe('a workflow whose round a guard refuses', () => {
  it('is left in peace until something happens to it, and holds nobody up', async () => {
    const [pulse, guarded] = getPulses();
    const definition = {
      name: 'approval',
      initial_value: false,
      sources: [
        { kind: 'test.approved', check: 'true', transition: 'true' },
        { kind: 'test.__round__', check: 'state or event.key = "free"', transition: 'state' },
      ],
    };
    await applyGuard(pulse, { definition }, ana);
    const adapter = await startOne(guarded, { definitions: quick, concurrency: 1 });
    try {
      const key = newKey();
      await start(pulse, key);
      await waitFor(pulse, key, ({ type }) => type === 'refusal');
      await start(pulse, 'free');
      await waitForEvent(pulse, 'free', '__end__');
      expect(await pulse.prisma.refusal.count({ where: { key } })).toBe(1);
      await appendOne(guarded, key, 'test.approved');
      await waitForEvent(pulse, key, '__end__');
    } finally {
      await adapter.stop();
      await disableGuard(pulse, { name: 'approval' }, ana);
    }
  });
});

function isRound(payload: Json, round: number): boolean {
  return (payload as { round?: number }).round === round;
}
