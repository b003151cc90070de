import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import type { Pulse } from '../pulse.ts';
import { claimWorkflows } from './claim-workflows.ts';
import { findNextClaim } from './find-next-claim.ts';
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
    options: { pulse?: Pulse; limit?: number; ttlMs?: number; except?: string[] } = {},
  ) => claimWorkflows(options.pulse ?? pulse, { adapterId, names: [name], limit: 100, ttlMs: 60_000, ...options });
  return { name, keys, claim };
}

const keysOf = (claims: { key: string }[]) => claims.map(({ key }) => key).sort();
const countWaiting = async (client: pg.Client) => {
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return (await client.query(waiting)).rowCount;
};
const isExpired = async (pulse: Pulse, key: string) => {
  const [row] = await pulse.prisma.$queryRaw<[{ expired: boolean }]>`
    SELECT expires_at <= now() AS expired FROM lease WHERE key = ${key}`;
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
    expect(await findNextClaim(pulse, { names: [name] })).toBe(0);
    await claim('a1', { ttlMs: 60_000 });
    const nextMs = (await findNextClaim(pulse, { names: [name] })) as number;
    expect(nextMs).toBeGreaterThan(50_000);
    expect(nextMs).toBeLessThanOrEqual(60_000);
    expect(await findNextClaim(pulse, { names: [name], except: keys })).toBeNull();
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

  it('is renewed or claimed, never both, when both happen at once', async () => {
    const [pulse] = getPulses();
    const { keys, claim } = await startMany(pulse, 1);
    await claim('a1', { ttlMs: 0 });
    const renewing = new pg.Client({ connectionString: ownerUrl() });
    await renewing.connect();
    await renewing.query('BEGIN');
    await renewing.query(`UPDATE lease SET expires_at = now() + interval '1 minute' WHERE key = $1`, keys);
    const claiming = claim('a2');
    await expect.poll(() => countWaiting(renewing), { interval: 5, timeout: 5_000 }).toBe(1);
    await renewing.query('COMMIT');
    await renewing.end();
    expect(await claiming).toEqual([]);
    expect(await pulse.prisma.stream.findFirst({ where: { key: { in: keys } } })).toMatchObject({ leaseEpoch: 1 });
  });

  it('is no longer current after an abort', async () => {
    const [pulse] = getPulses();
    const { name, keys, claim } = await startMany(pulse, 1);
    await claim('a1');
    await appendOne(pulse, keys[0] as string, `${name}.__abort__`);
    const held = await renewLeases(pulse, { adapterId: 'a1', keys, ttlMs: 60_000 });
    expect(held).toEqual([{ key: keys[0], epoch: 1, isCurrent: false }]);
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
