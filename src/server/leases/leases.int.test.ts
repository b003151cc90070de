import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import type { Pulse } from '../pulse.ts';
import { type Claim, claimWorkflows } from './claim-workflows.ts';
import { findNextClaim } from './find-next-claim.ts';
import { parkLease } from './park-lease.ts';
import { releaseLease } from './release-lease.ts';
import { renewLeases } from './renew-leases.ts';

const { pulses, ownerUrl } = setUpPulses(2);
const getPulses = () => pulses as [Pulse, Pulse];
let names = 0;

/** Starts workflows under a name that no other test looks for. */
async function startMany(pulse: Pulse, count: number) {
  names += 1;
  const name = `lease${names}`;
  const keys = Array.from({ length: count }, newKey);
  for (const key of keys) await appendOne(pulse, key, `${name}.__start__`);
  const claim = (
    adapterId: string,
    {
      most,
      ...options
    }: { pulse?: Pulse; limit?: number; most?: number | undefined; ttlMs?: number; except?: string[] } = {},
  ) => {
    const limits = new Map(most === undefined ? [] : [[name, most]]);
    const claim = { adapterId, names: [name], limits, limit: 100, ttlMs: 60_000, ...options };
    return claimWorkflows(options.pulse ?? pulse, claim);
  };
  return { name, keys, claim };
}

const keysOf = (claims: { key: string }[]) => claims.map(({ key }) => key).sort();
/** Does something while a lease is being renewed, which is a moment later done. **Shape** what it has come to by then. */
async function whileRenewing<T>(keys: string[], run: () => Promise<T>): Promise<T> {
  const renewing = new pg.Client({ connectionString: ownerUrl() });
  await renewing.connect();
  try {
    await renewing.query('BEGIN');
    await renewing.query(`UPDATE lease SET due_at = now() + interval '1 minute' WHERE key = ANY ($1)`, [keys]);
    const running = run();
    await expect
      .poll(async () => (await isSettled(running)) || (await countWaiting(renewing)) === 1, { interval: 5 })
      .toBe(true);
    await renewing.query('COMMIT');
    return await running;
  } finally {
    await renewing.end();
  }
}
const isSettled = (promise: Promise<unknown>) =>
  Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(resolve, false))]);
const countWaiting = async (client: pg.Client) => {
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return (await client.query(waiting)).rowCount;
};
const isExpired = async (pulse: Pulse, key: string) => {
  const [row] = await pulse.prisma.$queryRaw<[{ expired: boolean }]>`
    SELECT due_at <= now() AS expired FROM lease WHERE key = ${key}`;
  return row.expired;
};

describe('claiming', () => {
  it('gives each workflow to one adapter, however many ask at once', async () => {
    const [left, right] = getPulses();
    const { keys, claim } = await startMany(left, 40);
    const claims: string[] = [];
    for (let asked = 0; claims.length < keys.length && asked < 20; asked += 1) {
      const both = await Promise.all(
        [left, right, left, right].map((pulse, index) => claim(`a${index}`, { pulse, limit: 4 })),
      );
      claims.push(...both.flatMap(keysOf));
    }
    expect(claims.sort()).toEqual([...keys].sort());
  });

  it('raises the epoch, so that whoever held the lease before can write nothing', async () => {
    const [pulse, other] = getPulses();
    const { name, keys, claim } = await startMany(pulse, 1);
    const [key] = keys as [string];
    const [first] = await claim('a1', { ttlMs: 0 });
    const [second] = await claim('a2', { pulse: other });
    expect([first?.epoch, second?.epoch]).toEqual([1, 2]);
    const append = (epoch: number) =>
      pulse.append({
        key,
        events: [{ kind: `${name}.note`, payload: null }],
        actor: { type: 'adapter', id: 'a', name: 'a', via: 'adapter' },
        epoch,
      });
    await expect(append(1)).rejects.toMatchObject({ code: 'GUARD_REJECTED', details: { guard: 'lease' } });
    await expect(append(2)).resolves.toMatchObject({ events: [{ kind: `${name}.note` }] });
  });

  it('takes only what needs an adapter: what is active, or has a role that nobody recorded as stopped', async () => {
    const [pulse] = getPulses();
    const { name, keys, claim } = await startMany(pulse, 4);
    const [active, aborted, ended, running] = keys as [string, string, string, string];
    await appendOne(pulse, aborted, `${name}.__abort__`);
    await appendOne(pulse, ended, `${name}.__end__`);
    await appendOne(pulse, running, `${name}.__round__`, { round: 1, role: 'work' });
    await appendOne(pulse, running, `${name}.__abort__`);
    expect(keysOf(await claim('a1'))).toEqual([active, running].sort());
  });

  it('begins with what began first', async () => {
    const [pulse] = getPulses();
    const { name, keys, claim } = await startMany(pulse, 3);
    await appendOne(pulse, keys[0] as string, `${name}.note`);
    expect(keysOf(await claim('a1', { limit: 2 }))).toEqual(
      keysOf([{ key: keys[0] as string }, { key: keys[1] as string }]),
    );
  });

  it('is worth while again when a lease runs out', async () => {
    const [pulse] = getPulses();
    const { name, keys, claim } = await startMany(pulse, 1);
    const next = async (except?: string[]) =>
      (await findNextClaim(pulse, { names: [name], ...(except && { except }) })).inMs;
    expect(await next()).toBe(0);
    await claim('a1', { ttlMs: 60_000 });
    expect(await next()).toBeGreaterThan(50_000);
    expect(await next()).toBeLessThanOrEqual(60_000);
    expect(await next(keys)).toBeNull();
  });
});

describe('a limit', () => {
  it('is never exceeded, however many ask at once and whatever runs out meanwhile', async () => {
    const [left, right] = getPulses();
    const { name, keys, claim } = await startMany(left, 30);
    const most = 3;
    const held = new Map<string, number>();
    const count = () => left.prisma.lease.count({ where: { name, adapterId: { not: null } } });
    for (let asked = 0; held.size < keys.length && asked < 60; asked += 1) {
      const ttlMs = asked % 5 === 4 ? 0 : 60_000;
      const asking = [left, right, left, right].map((pulse, index) => claim(`a${index}`, { pulse, most, ttlMs }));
      for (const claims of await Promise.all(asking)) for (const { key, epoch } of claims) held.set(key, epoch);
      expect(await count()).toBeLessThanOrEqual(most);
      for (const adapterId of ['a0', 'a1', 'a2', 'a3']) await renewLeases(left, { adapterId, keys, ttlMs: 60_000 });
      expect(await count()).toBeLessThanOrEqual(most);
      for (const { key, epoch, adapterId } of await left.prisma.lease.findMany({ where: { name } }))
        if (adapterId) await releaseLease(left, { key, adapterId, epoch });
    }
    expect(held.size).toBe(keys.length); // Each had its turn.
  });

  it('takes the place of a lease that has run out, which then can not be won back', async () => {
    const [pulse] = getPulses();
    const { keys, claim } = await startMany(pulse, 2);
    const [first, second] = keys as [string, string];
    expect(keysOf(await claim('a1', { most: 1, ttlMs: 0 }))).toEqual([first]);
    expect(keysOf(await claim('a2', { most: 1, except: [first] }))).toEqual([second]);
    expect(await renewLeases(pulse, { adapterId: 'a1', keys, ttlMs: 60_000 })).toEqual([]);
  });

  it('counts no workflow whose adapter only waits until something happens to it', async () => {
    const [pulse] = getPulses();
    const { name, claim } = await startMany(pulse, 2);
    const [parked] = await claim('a1', { most: 1 });
    const next = () => findNextClaim(pulse, { names: [name], limits: new Map([[name, 1]]) });
    expect(await next()).toMatchObject({ fullNames: [name], inMs: expect.closeTo(60_000, -4) });
    await parkLease(pulse, { ...(parked as Claim), adapterId: 'a1' });
    expect(await next()).toEqual({ fullNames: [], inMs: 0 });
    expect(await claim('a2', { most: 1 })).toHaveLength(1);
    expect(await claim('a3', { most: 1 })).toEqual([]);
  });
});

describe('a turn', () => {
  const soon = (ms: number) => new Date(Date.now() + ms).toISOString();
  const wait = (pulse: Pulse, key: string, name: string, payload: object) =>
    appendOne(pulse, key, `${name}.__wait__`, { kind: null, resumeAt: null, reason: 'event', ...payload });

  it('comes again after all others when it was given back', async () => {
    const [pulse] = getPulses();
    const { keys, claim } = await startMany(pulse, 3);
    const order: string[] = [];
    for (let taken = 0; taken < 6; taken += 1) {
      const [claimed] = await claim('a1', { limit: 1 });
      order.push(claimed?.key as string);
      await releaseLease(pulse, { ...(claimed as Claim), adapterId: 'a1' });
    }
    expect(order).toEqual([...keys, ...keys]);
  });

  it('is given back by a wait until its time, and whoever held it can write nothing more', async () => {
    const [pulse] = getPulses();
    const { name, keys, claim } = await startMany(pulse, 1);
    const [key] = keys as [string];
    await claim('a1');
    await wait(pulse, key, name, { resumeAt: soon(700) });
    expect(await claim('a2')).toEqual([]);
    const { inMs } = await findNextClaim(pulse, { names: [name] });
    expect(inMs).toBeGreaterThan(0);
    expect(inMs).toBeLessThanOrEqual(700);
    await expect.poll(() => claim('a2'), { interval: 50 }).toMatchObject([{ key, epoch: 3 }]);
    expect(await renewLeases(pulse, { adapterId: 'a1', keys, ttlMs: 60_000 })).toEqual([]);
  });

  it('is due once the event comes that it waits for, and after no other', async () => {
    const [pulse, other] = getPulses();
    const { name, keys, claim } = await startMany(pulse, 1);
    const [key] = keys as [string];
    await wait(pulse, key, name, { kind: 'deploy.approved' });
    expect(await findNextClaim(pulse, { names: [name] })).toEqual({ inMs: null, fullNames: [] });
    await appendOne(other, key, 'deploy.refused');
    expect(await claim('a1')).toEqual([]);
    expect(await pulse.prisma.workflow.findUnique({ where: { key } })).toMatchObject({ waitingFor: 'deploy.approved' });
    await appendOne(other, key, 'deploy.approved');
    expect(await pulse.prisma.workflow.findUnique({ where: { key } })).toMatchObject({ waitingFor: null });
    expect(keysOf(await claim('a1'))).toEqual([key]);
  });

  it('ends with an abort, also while it waits', async () => {
    const [pulse] = getPulses();
    const { name, keys, claim } = await startMany(pulse, 1);
    const [key] = keys as [string];
    await wait(pulse, key, name, { kind: 'deploy.approved' });
    await appendOne(pulse, key, `${name}.__abort__`);
    expect(await pulse.prisma.lease.count({ where: { key } })).toBe(0);
    expect(await claim('a1')).toEqual([]);
  });
});

describe('a lease', () => {
  it('is renewed by whoever holds it, also when it has run out and nobody has taken it', async () => {
    const [pulse] = getPulses();
    const { keys, claim } = await startMany(pulse, 1);
    const [key] = keys as [string];
    await claim('a1', { ttlMs: 0 });
    expect(await isExpired(pulse, key)).toBe(true);
    const renew = (adapterId: string) => renewLeases(pulse, { adapterId, keys, ttlMs: 60_000 });
    expect(await renew('a2')).toEqual([]);
    expect(await renew('a1')).toEqual([{ key, epoch: 1, isCurrent: true }]);
    expect(await isExpired(pulse, key)).toBe(false);
    expect(await claim('a2')).toEqual([]);
  });

  it.each([undefined, 1])('is renewed or claimed, never both, when both happen at once (limit %s)', async (most) => {
    const [pulse] = getPulses();
    const { keys, claim } = await startMany(pulse, 1);
    await claim('a1', { ttlMs: 0 });
    const claiming = await whileRenewing(keys, () => claim('a2', { most }));
    expect(await claiming).toEqual([]);
    expect(await claim('a2', { most })).toEqual([]);
    expect(await pulse.prisma.stream.findFirst({ where: { key: { in: keys } } })).toMatchObject({ leaseEpoch: 1 });
  });

  it('is no longer current after an abort, and is gone when no role is left', async () => {
    const [pulse] = getPulses();
    const { name, keys, claim } = await startMany(pulse, 2);
    const [running, idle] = keys as [string, string];
    await appendOne(pulse, running, `${name}.__round__`, { round: 1, role: 'work' });
    await claim('a1');
    for (const key of keys) await appendOne(pulse, key, `${name}.__abort__`);
    const renew = () => renewLeases(pulse, { adapterId: 'a1', keys, ttlMs: 60_000 });
    expect(await renew()).toEqual([{ key: running, epoch: 1, isCurrent: false }]);
    await appendOne(pulse, running, `${name}.__stopped__`, { round: 1, role: 'work' });
    expect(await renew()).toEqual([]);
    expect(await pulse.prisma.lease.count({ where: { key: { in: [running, idle] } } })).toBe(0);
  });

  it('is given back by its holder only', async () => {
    const [pulse] = getPulses();
    const { keys, claim } = await startMany(pulse, 1);
    const [key] = keys as [string];
    await claim('a1');
    expect(await releaseLease(pulse, { key, adapterId: 'a2', epoch: 1 })).toBe(false);
    expect(await claim('a2')).toEqual([]);
    expect(await releaseLease(pulse, { key, adapterId: 'a1', epoch: 1 })).toBe(true);
    expect(await claim('a2')).toMatchObject([{ key, epoch: 2 }]);
  });
});
