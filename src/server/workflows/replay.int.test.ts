import { describe, expect, it } from 'vitest';
import type { Json } from '#domain/json.ts';
import { ana, appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { runSql } from '#test/sql.ts';
import { applyGuard, disableGuard } from '../guards/change-guards.ts';
import { getGuardState } from '../guards/read-guards.ts';
import type { Pulse } from '../pulse.ts';
import { getWorkflow } from './get.ts';
import { replayWorkflow } from './replay.ts';
import { listRounds } from './rounds.ts';

const { pulses, ownerUrl } = setUpPulses();
const pulse = () => pulses[0] as Pulse;
const counts = (name: string, most: number) => ({
  name,
  initial_value: { notes: 0 },
  sources: [{ kind: 'meta.note', check: `state.notes < ${most}`, transition: "{'notes': state.notes + 1}" }],
});

async function runRounds(key: string, rounds: number): Promise<number[]> {
  const kinds = Array.from({ length: rounds }, (_, index): { kind: string; payload: Json }[] => [
    { kind: 'meta.__round__', payload: { round: index + 1, role: 'coder' } },
    { kind: 'meta.coder', payload: { round: index + 1, outcome: 'succeeded', output: 'x'.repeat(100) } },
  ]);
  const events = [{ kind: 'meta.__start__', payload: { maxRounds: 9_000 } }, ...kinds.flat()];
  return (await pulse().append({ key, events, actor: ana })).events.map(({ position }) => position);
}

describe('replayWorkflow', () => {
  it('gives the workflow and what each guard knew, before and after any event', async () => {
    const key = newKey();
    const [start, round, coder] = (await runRounds(key, 1)) as [number, number, number];
    const moment = await replayWorkflow(pulse(), { key, position: round });
    expect(moment).toMatchObject({
      event: { position: round, sequence: 2 },
      previous: start,
      next: coder,
      workflow: { round: 1, role: 'coder', position: round },
      guards: [
        { name: 'workflow-lifecycle', source: null, before: { status: 'active' }, after: { status: 'active' } },
        {
          name: 'workflow-rounds',
          source: { kind: '*.__round__' },
          before: { status: 'active', round: 0, role: null },
          after: { status: 'active', round: 1, role: 'coder' },
        },
        { name: 'guard-registry', source: null },
      ],
    });
    const first = await replayWorkflow(pulse(), { key, position: start });
    expect(first.guards[0]).toMatchObject({ before: { status: 'unknown' }, after: { status: 'active' } });
    expect(first.previous).toBeNull();
    // Between two of its events, or behind them all, the last one counts.
    const end = await replayWorkflow(pulse(), { key, position: Number.MAX_SAFE_INTEGER });
    expect(end).toMatchObject({
      event: { position: coder },
      next: null,
      workflow: await getWorkflow(pulse(), { key }),
    });
    await expect(replayWorkflow(pulse(), { key: 'nope', position: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('asks the guards that were in force then, in the versions of then', async () => {
    const key = newKey();
    const { length } = await runRounds(key, 1);
    const {
      events: [before],
    } = await appendOne(pulse(), key, 'meta.note');
    const { version } = await applyGuard(pulse(), { definition: counts('noted', 5) }, ana);
    const {
      events: [under],
    } = await appendOne(pulse(), key, 'meta.note');
    await disableGuard(pulse(), { name: 'noted' }, ana);
    const {
      events: [after],
    } = await appendOne(pulse(), key, 'meta.note');
    expect(length).toBe(3);
    const decisionAt = async (position = 0) =>
      (await replayWorkflow(pulse(), { key, position })).guards.find(({ name }) => name === 'noted');
    expect(await decisionAt(before?.position)).toBeUndefined();
    expect(await decisionAt(under?.position)).toMatchObject({ version, before: { notes: 1 }, after: { notes: 2 } });
    expect(await decisionAt(after?.position)).toBeUndefined();
  });

  it('gives the same in any order, from remembered moments, and what the guards keep', async () => {
    const key = newKey();
    const positions = await runRounds(key, 800);
    const roundAt = async (index: number) =>
      (await replayWorkflow(pulse(), { key, position: positions[index] as number })).workflow?.round;
    const asked = [1_600, 3, 1_000, 1_599, 1_001, 499, 500, 501, 1_600];
    const rounds: unknown[] = [];
    for (const index of asked) rounds.push(await roundAt(index));
    expect(rounds).toEqual(asked.map((index) => Math.ceil(index / 2)));
    const { guards } = await replayWorkflow(pulse(), { key, position: positions.at(-1) as number });
    const kept = await getGuardState(pulse(), { name: 'workflow-rounds', key });
    expect(guards.find(({ name }) => name === 'workflow-rounds')?.after).toEqual(kept.state);
  });

  it('says so when the first events are not in the database', async () => {
    const key = newKey();
    const [first, , last] = (await runRounds(key, 1)) as [number, number, number];
    await runSql(ownerUrl(), 'ALTER TABLE event DISABLE TRIGGER USER');
    await runSql(ownerUrl(), 'DELETE FROM event WHERE position = $1', [first]);
    await expect(replayWorkflow(pulse(), { key, position: last })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('listRounds', () => {
  it('pages backwards through all rounds, each once and whole', async () => {
    const key = newKey();
    await runRounds(key, 45);
    await pulse().append({
      key,
      events: [{ kind: 'meta.__round__', payload: { round: 46, role: 'tester' } }],
      actor: ana,
    });
    const seen: number[] = [];
    let before: number | undefined;
    for (;;) {
      const page = await listRounds(pulse(), { key, before, limit: 20 });
      seen.unshift(...page.rounds.map(({ round }) => round));
      for (const { round, endedAt, outcome } of page.rounds)
        expect([endedAt !== null, outcome]).toEqual(round === 46 ? [false, null] : [true, 'succeeded']);
      if (page.before === null) break;
      before = page.before;
    }
    expect(seen).toEqual(Array.from({ length: 46 }, (_, index) => index + 1));
    await expect(listRounds(pulse(), { key: 'nope', limit: 20 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('has the round that runs on its first page, and the one before whole, whatever was written in between', async () => {
    const key = newKey();
    await runRounds(key, 1);
    const notes = Array.from({ length: 650 }, (_, n) => ({ kind: 'meta.note.n', payload: { n, round: 2 } }));
    const begin = { kind: 'meta.__round__', payload: { round: 2, role: 'tester' } };
    await pulse().append({ key, events: [begin], actor: ana });
    for (const half of [notes.slice(0, 325), notes.slice(325)]) await pulse().append({ key, events: half, actor: ana });
    const rounds = async () => (await listRounds(pulse(), { key, limit: 2 })).rounds;
    expect(await rounds()).toMatchObject([
      { round: 1, role: 'coder', outcome: 'succeeded' },
      { round: 2, role: 'tester', endedAt: null },
    ]);
    const stop = { kind: 'meta.__stopped__', payload: { round: 2, role: 'tester', how: 'lost' } };
    const [stopped] = (await pulse().append({ key, events: [stop], actor: ana })).events;
    expect((await rounds()).at(-1)).toMatchObject({ endPosition: stopped?.position, how: 'lost', outcome: null });
    expect(await listRounds(pulse(), { key, limit: 2 })).toMatchObject({ before: null });
  });
});
