import { describe, expect, it } from 'vitest';
import type { Json } from '#domain/json.ts';
import type { ModeratorContext } from '#domain/moderator.ts';
import { command, fn } from '#domain/role.ts';
import { applyGuard, disableGuard } from '#server/guards/change-guards.ts';
import { claimWorkflows } from '#server/leases/claim-workflows.ts';
import type { Pulse } from '#server/pulse.ts';
import { ana, appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { makeDefinition, readTrail, setUpAdapters, start, waitFor, waitForEvent } from './testing/adapters.ts';

const { pulses } = setUpPulses(2);
const startOne = setUpAdapters();
const getPulses = () => pulses as [Pulse, Pulse];

const endsWithOutcome = ({ history }: ModeratorContext<Json>) => {
  const last = history.at(-1);
  return last ? { end: `was-${last.outcome}` } : { role: 'work' };
};

describe('a role whose time is up', () => {
  it('is stopped as by an abort, and its moderator learns of it', async () => {
    const [pulse, other] = getPulses();
    const role = command<Json>({ run: 'sleep 600' }, { timeoutMs: 1_500 });
    await startOne(other, { definitions: [makeDefinition(role, { moderator: endsWithOutcome })] });
    const key = newKey();
    await start(pulse, key);
    await waitForEvent(pulse, key, '__end__');
    expect((await readTrail(pulse, key)).slice(1)).toEqual([
      ['__round__', { round: 1, role: 'work', adapter: expect.any(String) }],
      ['__stopped__', { round: 1, role: 'work', how: 'SIGTERM', tookMs: expect.any(Number), reason: 'timed-out' }],
      ['__end__', { outcome: 'was-timed-out', rounds: 1 }],
    ]);
  });

  it('can write nothing any more when it does not heed its signal', async () => {
    const [pulse, other] = getPulses();
    let finish: (output: string) => void = () => {};
    let reason: unknown;
    const work = fn<Json>(
      ({ round, signal }) => {
        if (round > 1) return 'second';
        signal.addEventListener('abort', () => {
          reason = signal.reason;
        });
        return new Promise<string>((resolve) => {
          finish = resolve;
        });
      },
      { timeoutMs: 50, graceMs: 20 },
    );
    await startOne(other, { definitions: [makeDefinition(work, { rounds: 2 })] });
    const key = newKey();
    await start(pulse, key);
    await waitForEvent(pulse, key, '__end__');
    finish('too late');
    expect(await waitFor(pulse, key, ({ type }) => type === 'refusal')).toMatchObject({
      kind: 'test.work',
      payload: { round: 1, output: 'too late' },
    });
    expect(reason).toMatchObject({ name: 'TimeoutError', message: "the role's time is up: 50 ms" });
    expect((await readTrail(pulse, key)).slice(2)).toMatchObject([
      ['__stopped__', { round: 1, how: 'abandoned', reason: 'timed-out' }],
      ['__round__', { round: 2 }],
      ['work', { round: 2, output: 'second' }],
      ['__end__', {}],
    ]);
  });
});

describe('a workflow whose time is up', () => {
  it('ends at that moment, and then its role is stopped', async () => {
    const [pulse, other] = getPulses();
    await startOne(other, { definitions: [makeDefinition(command({ run: 'sleep 600' }))] });
    const key = newKey();
    await start(pulse, key, { timeoutMs: 1_000 });
    await waitForEvent(pulse, key, '__stopped__');
    expect((await readTrail(pulse, key)).slice(2)).toEqual([
      ['__end__', { outcome: 'timed-out', rounds: 1 }],
      ['__stopped__', { round: 1, role: 'work', how: 'SIGTERM', tookMs: expect.any(Number), reason: 'timed-out' }],
    ]);
    expect(await pulse.prisma.workflow.findUnique({ where: { key } })).toMatchObject({
      status: 'ended',
      outcome: 'timed-out',
      role: null,
    });
    expect(await pulse.prisma.refusal.count({ where: { key } })).toBe(0);
  });

  it('ends when an adapter comes, without another round', async () => {
    const [pulse, other] = getPulses();
    const [idle, lost] = [newKey(), newKey()];
    await start(pulse, lost, { timeoutMs: 1 });
    await claimWorkflows(pulse, { adapterId: 'dead', names: ['test'], limit: 1, ttlMs: 0 });
    await appendOne(pulse, lost, 'test.__round__', { round: 1, role: 'work', adapter: 'dead' });
    await start(pulse, idle, { timeoutMs: 1 });
    await startOne(other, { definitions: [makeDefinition(fn(() => 'ran'))] });
    await Promise.all([idle, lost].map((key) => waitForEvent(pulse, key, '__end__')));
    expect((await readTrail(pulse, idle)).slice(1)).toEqual([['__end__', { outcome: 'timed-out', rounds: 0 }]]);
    expect((await readTrail(pulse, lost)).slice(2)).toMatchObject([
      ['__stopped__', { how: 'lost' }],
      ['__end__', { outcome: 'timed-out', rounds: 1 }],
    ]);
  });

  it('ends also while a guard refuses its rounds', async () => {
    const [pulse, other] = getPulses();
    const sources = [{ kind: 'test.__round__', check: 'state', transition: 'state' }];
    await applyGuard(pulse, { definition: { name: 'closed', initial_value: false, sources } }, ana);
    const adapter = await startOne(other, { definitions: [makeDefinition(fn(() => null))] });
    try {
      const key = newKey();
      await start(pulse, key, { timeoutMs: 500 });
      await waitFor(pulse, key, ({ type }) => type === 'refusal');
      expect(await waitForEvent(pulse, key, '__end__')).toMatchObject({ payload: { outcome: 'timed-out', rounds: 0 } });
    } finally {
      await adapter.stop();
      await disableGuard(pulse, { name: 'closed' }, ana);
    }
  });
});
