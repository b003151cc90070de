import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import type { GuardDefinition } from '#domain/guard.ts';
import { logKey } from '#domain/guard-change.ts';
import type { Json } from '#domain/json.ts';
import { ana, appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { runSql } from '#test/sql.ts';
import { listEvents } from '../events/list-events.ts';
import type { Pulse } from '../pulse.ts';
import { getTimeline } from '../workflows/timeline.ts';
import { applyGuard, disableGuard, enableGuard } from './change-guards.ts';
import { getGuardState, getRegistry, listGuards } from './read-guards.ts';

const { pulses, ownerUrl } = setUpPulses(2);
const [here, there] = [0, 1].map((index) => () => pulses[index] as Pulse) as [() => Pulse, () => Pulse];

/** At most two notes for a key. */
const twoNotes = {
  name: 'two-notes',
  initial_value: { notes: 0 },
  sources: [{ kind: 'note.added', check: 'state.notes < 2', transition: "{'notes': state.notes + 1}" }],
} satisfies GuardDefinition;

/** None of what it decides about may be appended. */
function forbid(kind: string, name = 'forbid'): GuardDefinition {
  return { name, initial_value: null, sources: [{ kind, check: 'false', transition: 'state' }] };
}

/** Appends and tells what became of it. */
async function tryAppend(pulse: Pulse, key: string, kind: string, payload = {}): Promise<string> {
  return appendOne(pulse, key, kind, payload).then(
    () => 'accepted',
    (error) => `${error.code} ${error.details.guard ?? ''}`,
  );
}

afterEach(async () => {
  const { guards } = await getRegistry(here());
  for (const [name, { enabled }] of Object.entries(guards)) if (enabled) await disableGuard(here(), { name }, ana);
});

describe('a guard that is applied later', () => {
  it('decides from then on, in every process, and knows what has happened before', async () => {
    const [key, other] = [newKey(), newKey()];
    await appendOne(here(), key, 'note.added');
    await appendOne(there(), key, 'note.added');
    await appendOne(there(), other, 'note.added');
    await applyGuard(here(), { definition: twoNotes }, ana);
    expect(await tryAppend(there(), key, 'note.added')).toBe('GUARD_REJECTED two-notes');
    expect(await tryAppend(there(), other, 'note.added')).toBe('accepted');
    expect(await tryAppend(here(), other, 'note.added')).toBe('GUARD_REJECTED two-notes');
    expect(await getGuardState(there(), { name: 'two-notes', key })).toMatchObject({ state: { notes: 2 } });
  });

  it('counts what it would have refused, which stays', async () => {
    const key = newKey();
    for (let note = 0; note < 5; note += 1) await appendOne(here(), key, 'tally.added');
    const definition = { ...twoNotes, sources: [{ ...twoNotes.sources[0], kind: 'tally.*' }] };
    const { position } = await here().head();
    const dry = await applyGuard(here(), { definition, dryRun: true }, ana);
    expect(dry).toEqual({ name: 'two-notes', version: expect.stringMatching(/^[0-9a-f]{64}$/), wouldHaveRefused: 3 });
    expect((await here().head()).position).toBe(position);
    expect(await applyGuard(here(), { definition }, ana)).toEqual(dry);
    expect((await listEvents(here(), { key, limit: 10 })).events).toHaveLength(5);
    expect(await getGuardState(here(), { name: 'two-notes', key })).toMatchObject({ state: { notes: 2 } });
  });

  it('lets nothing pass after the event that put it in force, whoever is writing at that moment', async () => {
    const keys = Array.from({ length: 20 }, () => newKey());
    let stop = false;
    const writers = keys.map(async (key, index) => {
      while (!stop) await tryAppend(index % 2 ? here() : there(), key, 'flood.rose');
    });
    await expect.poll(async () => (await here().head()).position).toBeGreaterThan(200);
    await applyGuard(here(), { definition: forbid('flood.rose') }, ana);
    const { position } = (await listEvents(here(), { key: logKey, limit: 1_000 })).events.at(-1) as {
      position: number;
    };
    await expect.poll(() => here().prisma.refusal.count({ where: { kind: 'flood.rose' } })).toBeGreaterThan(50);
    stop = true;
    await Promise.all(writers);
    const { events } = await listEvents(here(), { after: String(position), kind: 'flood.rose', limit: 1 });
    expect(events).toEqual([]);
  });

  it('ends up with the same states and decisions as one that was there from the start', async () => {
    const action = fc.record({ kind: fc.constantFrom('add', 'take', 'note'), payload: fc.jsonValue({ maxDepth: 2 }) });
    const definition = (name: string): GuardDefinition => ({
      name,
      initial_value: { held: 0, seen: '' },
      sources: [
        {
          kind: `${name}.add`,
          check: 'state.held < 3',
          transition: "{'held': state.held + 1, 'seen': $string(event.payload)}",
        },
        {
          kind: `${name}.take`,
          check: "state.held > 0 and $contains(state.seen, '7') = false",
          transition: "{'held': state.held - 1, 'seen': $string($count($keys(event.payload))) & state.seen}",
        },
      ],
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 12 }), async (actions) => {
        run += 1;
        const [early, late] = [`early-${run}`, `late-${run}`];
        const append = (name: string, { kind, payload }: (typeof actions)[number]) =>
          tryAppend(run % 2 ? here() : there(), name, `${name}.${kind}`, JSON.parse(JSON.stringify(payload)));
        await applyGuard(here(), { definition: definition(early) }, ana);
        const decided: string[] = [];
        for (const item of actions) decided.push(await append(early, item));
        for (const item of actions) await append(late, item);
        const { wouldHaveRefused } = await applyGuard(there(), { definition: definition(late) }, ana);
        expect(wouldHaveRefused).toBe(decided.filter((answer) => answer !== 'accepted').length);
        const read = async (name: string) => (await getGuardState(here(), { name, key: name })).state;
        expect(await read(late)).toEqual(await read(early));
        for (const item of actions)
          expect((await append(late, item)).replace(late, '')).toBe((await append(early, item)).replace(early, ''));
        expect(await read(late)).toEqual(await read(early));
        for (const name of [early, late]) await disableGuard(here(), { name }, ana);
      }),
      { numRuns: 25 },
    );
  });

  it('reads a long history in pages', async () => {
    const key = newKey();
    const events = Array.from({ length: 1_203 }, () => ({ kind: 'page.turned', payload: {} }));
    await here().append({ key, events, actor: ana });
    const source = { kind: 'page.turned', check: 'true', transition: 'state + 1' };
    await applyGuard(here(), { definition: { name: 'pages', initial_value: 0, sources: [source] } }, ana);
    expect(await tryAppend(there(), key, 'page.turned')).toBe('accepted');
    expect((await getGuardState(here(), { name: 'pages', key })).state).toBe(1_204);
  });

  it('waits for what is being written of a history that it needs', async () => {
    const key = newKey();
    await appendOne(here(), key, 'page.turned');
    await applyGuard(here(), { definition: twoNotes }, ana);
    const other = new pg.Client({ connectionString: ownerUrl() });
    await other.connect();
    try {
      await other.query('BEGIN; SELECT FROM log_head FOR UPDATE');
      const turning = tryAppend(here(), key, 'page.turned');
      await expect.poll(() => runSql(ownerUrl(), 'SELECT FROM pg_locks WHERE NOT granted')).not.toEqual([]);
      const noting = tryAppend(here(), key, 'note.added');
      await sleep(100); // It is being decided.
      await other.query('COMMIT');
      expect([await turning, await noting]).toEqual(['accepted', 'accepted']);
    } finally {
      await other.end();
    }
  });

  it('refuses when a part of the history that it needs is archived', async () => {
    const key = newKey();
    await appendOne(here(), key, 'note.added');
    await appendOne(here(), key, 'note.added');
    // As if the partition with the first event were detached.
    await runSql(ownerUrl(), 'ALTER TABLE event DISABLE TRIGGER USER; ALTER TABLE event_1 DISABLE TRIGGER USER');
    await runSql(ownerUrl(), 'DELETE FROM event WHERE key = $1 AND sequence = 1', [key]);
    await runSql(ownerUrl(), 'ALTER TABLE event ENABLE TRIGGER USER; ALTER TABLE event_1 ENABLE TRIGGER USER');
    await applyGuard(here(), { definition: twoNotes }, ana);
    await expect(appendOne(here(), key, 'note.added')).rejects.toMatchObject({
      code: 'GUARD_REJECTED',
      details: { check: "state.notes < 2 (failed: a part of the key's history is archived)" },
    });
    await expect(getGuardState(here(), { name: 'two-notes', key })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await tryAppend(here(), key, 'other.kind')).toBe('accepted');
  });
});

describe('a change of the guards', () => {
  it('is an event of the log’s own key; what is in force already is not applied again', async () => {
    const before = (await listEvents(here(), { key: logKey, limit: 1_000 })).events.length;
    const { version } = await applyGuard(here(), { definition: twoNotes }, ana);
    await applyGuard(there(), { definition: twoNotes }, ana);
    await disableGuard(there(), { name: 'two-notes' }, ana);
    await enableGuard(here(), { name: 'two-notes' }, ana);
    const { events } = await listEvents(here(), { key: logKey, limit: 1_000 });
    expect(events.slice(before).map(({ kind, payload, actor }) => ({ kind, payload, actor }))).toEqual([
      { kind: 'pulse.guard.__apply__', payload: { version, definition: twoNotes }, actor: ana },
      { kind: 'pulse.guard.__disable__', payload: { name: 'two-notes' }, actor: ana },
      { kind: 'pulse.guard.__enable__', payload: { name: 'two-notes' }, actor: ana },
    ]);
    expect((await listGuards(there())).find(({ name }) => name === 'two-notes')).toEqual({
      ...twoNotes,
      version,
      enabled: true,
      shipped: false,
      since: { position: events.at(-1)?.position, occurredAt: events.at(-1)?.occurredAt, actor: ana },
    });
  });

  it('replaces the version before, whose states are forgotten', async () => {
    const key = newKey();
    await applyGuard(here(), { definition: twoNotes }, ana);
    await appendOne(here(), key, 'note.added');
    await appendOne(here(), key, 'note.added');
    const oneMore = { ...twoNotes, sources: [{ ...twoNotes.sources[0], check: 'state.notes < 3' }] };
    await applyGuard(there(), { definition: oneMore }, ana);
    expect(await tryAppend(here(), key, 'note.added')).toBe('accepted');
    expect(await tryAppend(there(), key, 'note.added')).toBe('GUARD_REJECTED two-notes');
    const { guardStates } = await here().prisma.stream.findUniqueOrThrow({ where: { key } });
    expect(Object.keys(guardStates as object).filter((name) => name.startsWith('two-notes'))).toHaveLength(1);
  });

  it('lets through what a guard refuses while it is off, which it knows of when it is on again', async () => {
    const key = newKey();
    await applyGuard(here(), { definition: twoNotes }, ana);
    await appendOne(here(), key, 'note.added');
    await disableGuard(there(), { name: 'two-notes' }, ana);
    expect(await tryAppend(here(), key, 'note.added')).toBe('accepted');
    expect(await tryAppend(here(), key, 'note.added')).toBe('accepted');
    await enableGuard(there(), { name: 'two-notes' }, ana);
    expect(await tryAppend(here(), key, 'note.added')).toBe('GUARD_REJECTED two-notes');
  });

  it('can’t be kept from happening by a guard that was applied', async () => {
    await applyGuard(here(), { definition: forbid('*.*.*') }, ana);
    expect(await tryAppend(here(), newKey(), 'any.kind.here')).toBe('GUARD_REJECTED forbid');
    expect(await disableGuard(there(), { name: 'forbid' }, ana)).toMatchObject({ enabled: false });
    expect(await tryAppend(here(), newKey(), 'any.kind.here')).toBe('accepted');
  });

  it('gives a repeated commandId its first answer', async () => {
    await applyGuard(here(), { definition: twoNotes, commandId: 'apply-once' }, ana);
    await disableGuard(here(), { name: 'two-notes', commandId: 'off-once' }, ana);
    expect(await disableGuard(there(), { name: 'two-notes', commandId: 'off-once' }, ana)).toMatchObject({
      enabled: false,
    });
  });

  it('is refused for a shipped guard, an unknown one, and one that is so already', async () => {
    await expect(
      applyGuard(here(), { definition: { ...twoNotes, name: 'workflow-lifecycle' } }, ana),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('which Pulse ships') });
    await expect(disableGuard(here(), { name: 'workflow-rounds' }, ana)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    await expect(enableGuard(here(), { name: 'nobody' }, ana)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await applyGuard(here(), { definition: twoNotes }, ana);
    await expect(enableGuard(here(), { name: 'two-notes' }, ana)).rejects.toMatchObject({
      code: 'GUARD_REJECTED',
      message: "The guard 'two-notes' is already enabled: refused by guard-registry",
      details: { guard: 'guard-registry', check: expect.stringContaining("'enabled') = false") },
    });
  });

  it('is judged whoever appends it, and the log’s own key takes nothing else', async () => {
    const version = '0'.repeat(64);
    const before = await here().head();
    const attempts: [kind: string, payload: object, code: string][] = [
      ['pulse.guard.__apply__', { version, definition: twoNotes }, 'INVALID_INPUT'],
      ['pulse.guard.__apply__', { version, definition: forbid('*.*', 'workflow-rounds') }, 'INVALID_INPUT'],
      [
        'pulse.guard.__apply__',
        { version, definition: { ...twoNotes, sources: [{ ...twoNotes.sources[0], check: '$eval(state)' }] } },
        'GUARD_INVALID',
      ],
      ['pulse.guard.__disable__', { name: 'workflow-lifecycle' }, 'INVALID_INPUT'],
      ['pulse.guard.__enable__', { names: [] }, 'INVALID_INPUT'],
      ['pipeline.__start__', {}, 'INVALID_INPUT'],
      ['note.added', {}, 'INVALID_INPUT'],
    ];
    for (const [kind, payload, code] of attempts)
      await expect(appendOne(here(), logKey, kind, payload as Json), kind).rejects.toMatchObject({ code });
    expect(await here().head()).toEqual(before);
    expect(await tryAppend(here(), newKey(), 'pulse.guard.__enable__', { name: 'two-notes' })).toBe(
      'GUARD_REJECTED guard-registry',
    );
  });

  it('stands on the trail with what was refused', async () => {
    const { entries } = await getTimeline(here(), { key: logKey, limit: 1_000, order: 'desc' });
    expect(entries.some(({ type, kind }) => type === 'refusal' && kind === 'pulse.guard.__enable__')).toBe(true);
  });
});
