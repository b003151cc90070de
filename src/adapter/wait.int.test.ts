import { describe, expect, it } from 'vitest';
import type { WorkflowDefinition } from '#domain/definition.ts';
import type { Json } from '#domain/json.ts';
import type { Decision, ModeratorContext } from '#domain/moderator.ts';
import { fn } from '#domain/role.ts';
import { openPulse, type Pulse } from '#server/pulse.ts';
import { appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { makeDefinition, readTrail, setUpAdapters, start, waitForEvent } from './testing/adapters.ts';

const { pulses, url } = setUpPulses(3);
const startOne = setUpAdapters();
const getPulses = () => pulses as [Pulse, Pulse, Pulse];
const noop = fn<Json>(() => null);

/** Works, waits for an approval, and works once more when it comes in time. */
function approving(timeoutMs?: number): WorkflowDefinition {
  const moderator = ({ history, waits }: ModeratorContext<Json>): Decision => {
    if (history.length === 0) return { role: 'work' };
    if (history.length > 1) return { end: 'deployed' };
    const wait = waits.at(-1);
    if (!wait) return { wait: 'test.approved', ...(timeoutMs !== undefined && { timeoutMs }) };
    return wait.event ? { role: 'work' } : { end: 'not-approved' };
  };
  return makeDefinition(
    fn<Json>(({ waits }) => (waits.at(-1)?.event?.payload ?? null) as Json),
    { moderator },
  );
}

const approve = (pulse: Pulse, key: string) => appendOne(pulse, key, 'test.approved', { by: 'Ada' });
const readWorkflow = (pulse: Pulse, key: string) => pulse.prisma.workflow.findUniqueOrThrow({ where: { key } });
const tailsOf = async (pulse: Pulse, key: string) => (await readTrail(pulse, key)).map(([tail]) => tail);

describe('a workflow that waits', () => {
  it('is held by nobody and goes on with the event, also with another adapter', async () => {
    const [pulse, left, right] = getPulses();
    const key = newKey();
    const first = await startOne(left, { definitions: [approving()] });
    await start(pulse, key);
    await waitForEvent(pulse, key, '__wait__');
    expect(await readWorkflow(pulse, key)).toMatchObject({ waitingFor: 'test.approved', resumeAt: null });
    expect(await pulse.prisma.lease.findUnique({ where: { key } })).toMatchObject({ adapterId: null, dueAt: null });
    await first.stop();
    await approve(pulse, key);
    await startOne(right, { definitions: [approving()] });
    expect(await waitForEvent(pulse, key, '__end__')).toMatchObject({ payload: { outcome: 'deployed', rounds: 2 } });
    const trail = await readTrail(pulse, key);
    expect(trail[3]).toEqual(['__wait__', { kind: 'test.approved', resumeAt: null, reason: 'event' }]);
    expect(trail[6]).toMatchObject(['work', { round: 2, output: { by: 'Ada' } }]); // The role sees it too.
  });

  it('goes on at once with an adapter that has nothing to do', async () => {
    const [pulse, other] = getPulses();
    const key = newKey();
    await startOne(other, { definitions: [approving(60_000)] });
    await start(pulse, key);
    await waitForEvent(pulse, key, '__wait__');
    await approve(pulse, key);
    await waitForEvent(pulse, key, '__end__');
    expect((await tailsOf(pulse, key)).slice(3, 6)).toEqual(['__wait__', 'approved', '__round__']);
  });

  it('is told that its time was over', async () => {
    const [pulse, other] = getPulses();
    const key = newKey();
    await startOne(other, { definitions: [approving(150)] });
    await start(pulse, key);
    expect(await waitForEvent(pulse, key, '__end__')).toMatchObject({ payload: { outcome: 'not-approved' } });
    const [wait] = (await readTrail(pulse, key)).filter(([tail]) => tail === '__wait__');
    const { resumeAt } = (wait as [string, { resumeAt: string }])[1];
    expect((await readWorkflow(pulse, key)).endedAt?.getTime()).toBeGreaterThanOrEqual(Date.parse(resumeAt));
  });

  it('loses no event that comes while it is about to wait', async () => {
    const [pulse, other] = getPulses();
    const key = newKey();
    let waits = 0;
    const late: Pulse = {
      ...other,
      append: async (request) => {
        // What comes between the look and the wait is exactly what it is going to wait for.
        if (request.events[0]?.kind === 'test.__wait__' && waits++ === 0) await approve(pulse, key);
        return other.append(request);
      },
    };
    const asked: number[] = [];
    const definition = makeDefinition(noop, {
      moderator: ({ events, waits }) => {
        asked.push(events.length);
        if (waits.length > 0) return { end: 'waited' };
        return events.length > 0 ? { end: 'seen' } : { wait: 'test.approved' };
      },
    });
    await startOne(late, { definitions: [definition] });
    await start(pulse, key);
    expect(await waitForEvent(pulse, key, '__end__')).toMatchObject({ payload: { outcome: 'seen' } });
    expect(asked).toEqual([0, 1]);
    expect(await pulse.prisma.refusal.count({ where: { key } })).toBe(0);
  });

  it('takes what came in time by the clock of its server, when it was about to say that the time is over', async () => {
    const [pulse, other] = getPulses();
    const key = newKey();
    const behind = await openPulse({ url: url(), now: () => new Date(Date.now() - 60_000) });
    let ends = 0;
    const late: Pulse = {
      ...other,
      append: async (request) => {
        if (request.events[0]?.kind === 'test.__end__' && ends++ === 0) await approve(behind, key);
        return other.append(request);
      },
    };
    await startOne(late, { definitions: [approving(100)] });
    await start(pulse, key);
    expect(await waitForEvent(pulse, key, '__end__')).toMatchObject({ payload: { outcome: 'deployed' } });
    await behind.close();
  });

  it('is aborted without an adapter', async () => {
    const [pulse, other] = getPulses();
    const key = newKey();
    const adapter = await startOne(other, { definitions: [approving()] });
    await start(pulse, key);
    await waitForEvent(pulse, key, '__wait__');
    await adapter.stop();
    await appendOne(pulse, key, 'test.__abort__', { reason: 'out of scope' });
    expect(await readWorkflow(pulse, key)).toMatchObject({ status: 'aborted', waitingFor: null, role: null });
    expect(await pulse.prisma.lease.count({ where: { key } })).toBe(0);
  });

  it('can be told by a person what else to wait for', async () => {
    const [pulse, other] = getPulses();
    const key = newKey();
    const moderator = ({ waits }: ModeratorContext<Json>): Decision =>
      waits.some(({ event }) => event) ? { end: waits.map(({ kind }) => kind).join() } : { wait: 'test.approved' };
    await startOne(other, { definitions: [makeDefinition(noop, { moderator })] });
    await start(pulse, key);
    await waitForEvent(pulse, key, '__wait__');
    await appendOne(pulse, key, 'test.__wait__', { kind: 'test.resumed', resumeAt: null, reason: 'event' });
    await approve(pulse, key);
    await appendOne(pulse, key, 'test.resumed');
    expect(await waitForEvent(pulse, key, '__end__')).toMatchObject({
      payload: { outcome: 'test.approved,test.resumed' },
    });
  });
});

describe('a delay', () => {
  it('lies between rounds, and nobody holds the workflow meanwhile', async () => {
    const [pulse, other] = getPulses();
    const key = newKey();
    await startOne(other, { definitions: [makeDefinition(noop, { rounds: 2, delayMs: 200 })] });
    await start(pulse, key);
    await waitForEvent(pulse, key, '__wait__');
    await waitForEvent(pulse, key, '__end__');
    // A claim, the wait, a claim, the end.
    expect(await pulse.prisma.stream.findUnique({ where: { key } })).toMatchObject({ leaseEpoch: 4 });
    expect(await tailsOf(pulse, key)).toEqual([
      '__start__',
      '__round__',
      'work',
      '__wait__',
      '__round__',
      'work',
      '__end__',
    ]);
    const rows = await pulse.prisma.event.findMany({ where: { key }, orderBy: { sequence: 'asc' } });
    const timeOf = (index: number) => rows[index]?.occurredAt.getTime() as number;
    expect(timeOf(4) - timeOf(2)).toBeGreaterThanOrEqual(200);
  });

  it('survives its adapter', async () => {
    const [pulse, left, right] = getPulses();
    const key = newKey();
    const definitions = [makeDefinition(noop, { rounds: 2, delayMs: 300 })];
    const first = await startOne(left, { definitions });
    await start(pulse, key);
    await waitForEvent(pulse, key, '__wait__');
    await Promise.all([first.stop(), startOne(right, { definitions })]);
    await waitForEvent(pulse, key, '__end__');
    expect((await tailsOf(pulse, key)).filter((tail) => tail === '__wait__')).toHaveLength(1);
  });
});
