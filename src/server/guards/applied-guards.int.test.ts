import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import type { GuardDefinition } from '#domain/guard.ts';
import { guardChange, logKey } from '#domain/guard-change.ts';
import type { Json } from '#domain/json.ts';
import { ana, appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { runSql } from '#test/sql.ts';
import { withConnection } from '../db/with-connection.ts';
import { commitBatch, toStatement } from '../log/commit.ts';
import { type AppendRequest, planBatch } from '../log/plan.ts';
import { emptyStream } from '../log/stream.ts';
import type { Pulse } from '../pulse.ts';
import { applyGuard, disableGuard, enableGuard } from './change-guards.ts';
import { versionOf } from './guard-changes.ts';
import { getGuardState, getRegistry, listGuards } from './read-guards.ts';
import { shippedGuards } from './shipped.ts';

const { pulses, ownerUrl } = setUpPulses(2);
const [here, there] = [0, 1].map((index) => () => pulses[index] as Pulse) as [() => Pulse, () => Pulse];

/** Lets nothing pass but while its state says `open`. */
function door(name: string, initial_value: Json, kind = 'door.passed'): GuardDefinition {
  return { name, initial_value, sources: [{ kind, check: "state = 'open'", transition: 'state' }] };
}

async function tryAppend(pulse: Pulse, key: string, kind: string): Promise<string> {
  return appendOne(pulse, key, kind).then(
    () => 'accepted',
    (error) => `${error.code} ${error.details.guard ?? ''}`,
  );
}

describe('a log in which a workflow had the key that is the log’s own now', () => {
  it('lets the workflow be closed, and guards be applied after that', async () => {
    // As an older version of Pulse wrote it, which did not keep the key for the log.
    const start: AppendRequest = { key: logKey, events: [{ kind: 'old.__start__', payload: {} }], actor: ana };
    const before = new Map([[logKey, emptyStream]]);
    const plan = await planBatch([start], before, shippedGuards, () => new Date());
    const statement = toStatement('older', { requests: [start], guardsHash: emptyStream.hash, before, plan });
    expect(await withConnection(ownerUrl(), (client) => commitBatch(client, statement))).toMatchObject({
      conflicts: [],
    });
    await expect(appendOne(here(), logKey, 'old.coder')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await appendOne(here(), logKey, 'old.__abort__');
    expect(await tryAppend(there(), logKey, 'old.__abort__')).toBe('GUARD_REJECTED workflow-lifecycle');
    await applyGuard(there(), { definition: door('after', 'shut') }, ana);
    expect(await tryAppend(here(), newKey(), 'door.passed')).toBe('GUARD_REJECTED after');
    await disableGuard(here(), { name: 'after' }, ana);
  });
});

describe('a guard that two processes change at once', () => {
  it('never decides by a state that a version knew which did not come in force', async () => {
    const key = newKey();
    await applyGuard(here(), { definition: door('door', 'shut') }, ana);
    expect(await tryAppend(here(), key, 'door.passed')).toBe('GUARD_REJECTED door');
    await disableGuard(here(), { name: 'door' }, ana);
    await appendOne(there(), newKey(), 'any.kind'); // Both know the guards as they are.
    const other = new pg.Client({ connectionString: ownerUrl() });
    await other.connect();
    const waiting = () => runSql(ownerUrl(), 'SELECT FROM pg_locks WHERE NOT granted');
    try {
      await other.query('BEGIN; SELECT FROM log_head FOR UPDATE');
      const applying = applyGuard(there(), { definition: door('door', 'open') }, ana);
      await expect.poll(waiting).toHaveLength(1);
      // The other process has the same change in mind, and decides by it what comes next.
      const enabling = enableGuard(here(), { name: 'door' }, ana).catch(({ code }) => code);
      await expect.poll(waiting).toHaveLength(2);
      const first = tryAppend(here(), key, 'door.passed');
      await sleep(100); // It is being decided.
      const second = tryAppend(here(), key, 'door.passed');
      await sleep(100);
      await other.query('COMMIT');
      await applying;
      expect(await enabling).toBe('GUARD_REJECTED');
      expect([await first, await second]).toEqual(['accepted', 'accepted']);
      expect(await getGuardState(there(), { name: 'door', key })).toMatchObject({ state: 'open' });
    } finally {
      await other.end();
    }
    await disableGuard(here(), { name: 'door' }, ana);
  });
});

describe('a guard that reads a long history', () => {
  it('gets through though others write the key faster than it is read', async () => {
    const key = newKey();
    for (let batch = 0; batch < 30; batch += 1) {
      const events = Array.from({ length: 500 }, () => ({ kind: 'page.turned', payload: {} }));
      await here().append({ key, events, actor: ana });
    }
    const source = { kind: 'page.marked', check: 'state < 1', transition: 'state + 1' };
    await applyGuard(here(), { definition: { name: 'marks', initial_value: 0, sources: [source] } }, ana);
    let stop = false;
    const turning = (async () => {
      while (!stop) {
        await appendOne(there(), key, 'page.turned');
        await sleep(10);
      }
    })();
    try {
      expect(await tryAppend(here(), key, 'page.marked')).toBe('accepted');
      expect(await tryAppend(here(), key, 'page.marked')).toBe('GUARD_REJECTED marks');
    } finally {
      stop = true;
      await turning;
    }
    await disableGuard(here(), { name: 'marks' }, ana);
  }, 60_000);
});

describe('a guard that can’t be asked', () => {
  it.each([
    [
      'is not allowed any more',
      "UPDATE guard SET definition = jsonb_set(definition, '{sources,0,check}', '\"$eval(1)\"')",
    ],
    ['is missing', 'DELETE FROM guard'],
  ])('refuses while its definition %s, until it is switched off', async (problem, change) => {
    const name = problem.replaceAll(' ', '-');
    const definition = door(name, 'open');
    const key = newKey();
    await applyGuard(here(), { definition }, ana);
    const version = versionOf(definition);
    await runSql(ownerUrl(), `${change} WHERE version = $1`, [version]);
    await expect(appendOne(there(), key, 'door.passed')).rejects.toMatchObject({
      code: 'GUARD_REJECTED',
      details: { guard: name, check: expect.stringContaining(`disable ${name} or apply another`) },
    });
    // Where the definition still tells what it is about, the rest goes on.
    const rest = await tryAppend(there(), newKey(), 'meta.__start__');
    expect(rest).toBe(problem === 'is missing' ? `GUARD_REJECTED ${name}` : 'accepted');
    expect((await listGuards(here())).find((guard) => guard.name === name)).toMatchObject({
      version,
      enabled: true,
      problem: expect.any(String),
    });
    expect(await disableGuard(here(), { name }, ana)).toMatchObject({ enabled: false });
    expect(await tryAppend(there(), key, 'door.passed')).toBe('accepted');
  });
});

describe('the registry', () => {
  it('takes 64 guards, each of which can be switched and replaced', async () => {
    const known = Object.keys((await getRegistry(here())).guards).length;
    const apply = (definition: GuardDefinition) => ({
      kind: guardChange.apply,
      payload: { version: versionOf(definition), definition } as unknown as Json,
    });
    const nameOf = (index: number) => `${index}-`.padEnd(100, 'n');
    const events = Array.from({ length: 64 - known }, (_, index) => apply(door(nameOf(index), 'open')));
    for (let from = 0; from < events.length; from += 16)
      await here().append({ key: logKey, events: events.slice(from, from + 16), actor: ana });
    await expect(applyGuard(there(), { definition: door('one-more', 'open') }, ana)).rejects.toMatchObject({
      code: 'GUARD_REJECTED',
      details: { guard: 'guard-registry', check: expect.stringContaining('< 64') },
      message: expect.stringMatching(/^64 guards are known, as many as there may be, so /),
    });
    await applyGuard(here(), { definition: door(nameOf(0), 'shut') }, ana);
    expect(await tryAppend(there(), newKey(), 'door.passed')).toBe(`GUARD_REJECTED ${nameOf(0)}`);
    for (let index = 0; index < events.length; index += 1) await disableGuard(here(), { name: nameOf(index) }, ana);
    expect(await tryAppend(there(), newKey(), 'door.passed')).toBe('accepted');
  }, 60_000);
});

it('is not applied when its counting is given up', async () => {
  const before = await here().head();
  const applying = applyGuard(here(), { definition: door('given-up', 'open') }, ana, AbortSignal.abort());
  await expect(applying).rejects.toMatchObject({ name: 'AbortError' });
  expect(await here().head()).toEqual(before);
});
