import { describe, expect, it } from 'vitest';
import { formatCursor } from '#domain/cursor.ts';
import { limits } from '#domain/limits.ts';
import { ana, appendOne, ben, newKey, setUpPulses } from '#test/pulse.ts';
import { runSql } from '#test/sql.ts';
import type { Pulse } from '../pulse.ts';
import { abortWorkflow } from './abort.ts';
import { CountWorkflows, countWorkflows } from './count.ts';
import { getWorkflow } from './get.ts';
import { ListWorkflows, listWorkflows } from './list.ts';
import { startWorkflow } from './start.ts';
import { GetTimeline, getTimeline } from './timeline.ts';

const { pulses, ownerUrl } = setUpPulses();
const pulse = () => pulses[0] as Pulse;
const input = { steps: [{ role: 'build', run: 'true' }] };
const list = (query: object) => listWorkflows(pulse(), ListWorkflows.parse(query));
const timeline = (query: object) => getTimeline(pulse(), GetTimeline.parse(query));

describe('startWorkflow', () => {
  it('begins a workflow with what it was given', async () => {
    const key = newKey();
    const { workflow, event } = await startWorkflow(pulse(), { name: 'pipeline', key, input, maxRounds: 7 }, ana);
    expect(event).toMatchObject({
      kind: 'pipeline.__start__',
      key,
      sequence: 1,
      payload: { input, maxRounds: 7 },
      actor: ana,
    });
    expect(workflow).toEqual({
      key,
      name: 'pipeline',
      status: 'active',
      round: 0,
      maxRounds: 7,
      parent: null,
      role: null,
      startedAt: event.occurredAt,
      updatedAt: event.occurredAt,
      endedAt: null,
      startedBy: ana,
      abortedBy: null,
      reason: null,
      outcome: null,
      resumeAt: null,
      waitingFor: null,
      position: event.position,
    });
    expect(await getWorkflow(pulse(), { key })).toEqual(workflow);
  });

  it('makes a key, the same for a repeated command', async () => {
    const command = { name: 'pipeline', input, commandId: 'start-once' };
    const first = await startWorkflow(pulse(), command, ana);
    const second = await startWorkflow(pulse(), command, ana);
    expect(second.event).toEqual(first.event);
    expect(first.workflow.key).toMatch(/^pipeline-[0-9a-f]{12}$/);
  });

  it('refuses a key that has begun, an unknown definition and an input that does not fit', async () => {
    const key = newKey();
    await startWorkflow(pulse(), { name: 'pipeline', key, input }, ana);
    await expect(startWorkflow(pulse(), { name: 'pipeline', key, input }, ana)).rejects.toMatchObject({
      code: 'GUARD_REJECTED',
      details: { guard: 'workflow-lifecycle', state: { status: 'active' } },
    });
    const before = await pulse().head();
    await expect(startWorkflow(pulse(), { name: 'nope', input }, ana)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      startWorkflow(pulse(), { name: 'pipeline', input: { steps: [{ role: 'build' }] } }, ana),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { issues: [{ path: 'input.steps[0].run' }] } });
    expect(await pulse().head()).toEqual(before);
  });
});

describe('abortWorkflow', () => {
  it('aborts with a reason, once', async () => {
    const key = newKey();
    await startWorkflow(pulse(), { name: 'pipeline', key, input }, ana);
    const { workflow, event } = await abortWorkflow(pulse(), { key, reason: 'task out of scope' }, ben);
    expect(event).toMatchObject({ kind: 'pipeline.__abort__', payload: { reason: 'task out of scope' }, actor: ben });
    expect(workflow).toMatchObject({
      status: 'aborted',
      reason: 'task out of scope',
      abortedBy: ben,
      endedAt: event.occurredAt,
    });
    await expect(abortWorkflow(pulse(), { key }, ana)).rejects.toMatchObject({ code: 'GUARD_REJECTED' });
    const { entries } = await timeline({ key });
    expect(entries.map(({ type, kind }) => `${type} ${kind}`)).toEqual([
      'event pipeline.__start__',
      'event pipeline.__abort__',
      'refusal pipeline.__abort__',
    ]);
  });

  it('does not find a workflow that was never started', async () => {
    await expect(abortWorkflow(pulse(), { key: 'nope' }, ana)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      details: { what: 'workflow', id: 'nope' },
    });
    await expect(timeline({ key: 'nope' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('getTimeline with a filter', () => {
  it('gives every entry that matches once, in both orders, however few there are', async () => {
    const key = newKey();
    const note = (index: number) => ({ kind: 'note.written', payload: { text: `Line ${index}` } });
    for (let batch = 0; batch < 12; batch += 1) {
      const events = Array.from({ length: 500 }, (_, index) => note(batch * 500 + index));
      await pulse().append({ key, events, actor: batch % 2 ? ana : ben });
    }
    const collect = async (query: object) => {
      const found: string[] = [];
      let pages = 0;
      for (let cursor: string | null | undefined; cursor !== null; pages += 1) {
        const page = await timeline({ key, cursor, ...query });
        found.push(...page.entries.map(({ payload }) => (payload as { text: string }).text));
        cursor = page.nextCursor;
      }
      return { found, pages };
    };
    // Past five thousand that do not match, it tells how far it is.
    expect(await collect({ filter: { find: 'LINE 5900' } })).toEqual({ found: ['Line 5900'], pages: 2 });
    for (const order of ['asc', 'desc']) {
      const { found } = await collect({ order, limit: 7, filter: { find: '99', actor: 'ana', kind: 'note.*' } });
      const lines = Array.from({ length: 6_000 }, (_, index) => index).filter(
        (index) => `${index}`.includes('99') && Math.floor(index / 500) % 2 === 1,
      );
      expect(found).toEqual((order === 'asc' ? lines : lines.reverse()).map((index) => `Line ${index}`));
    }
  }, 60_000);
});

describe('countWorkflows', () => {
  const count = (query: object) => countWorkflows(pulse(), CountWorkflows.parse(query));

  it('tells how many there are of each status, at exactly one place of the log', async () => {
    const keys = Array.from({ length: 4 }, () => newKey());
    for (const key of keys) await appendOne(pulse(), key, 'counted.__start__');
    await appendOne(pulse(), keys[0] as string, 'counted.__abort__');
    await appendOne(pulse(), keys[1] as string, 'counted.__end__');
    const asOf = formatCursor(await pulse().head());
    expect(await count({ name: 'counted' })).toEqual({ active: 2, aborted: 1, ended: 1, all: 4, asOf });
    const { startedAt } = await getWorkflow(pulse(), { key: keys[3] as string });
    expect(await count({ name: 'counted', startedBefore: startedAt })).toMatchObject({ active: 1, all: 3 });
    expect(await count({ name: 'nobody' })).toMatchObject({ active: 0, all: 0 });
  });

  it('counts no further than it says', async () => {
    await runSql(
      ownerUrl(),
      `INSERT INTO workflow (key, name, status, round, started_at, updated_at, started_by, position, start_position)
       SELECT 'crowd-' || n, 'crowd', 'active', 0, now(), now(), '{}', 1000000 + n, 1000000 + n FROM generate_series(1, 1200) n`,
    );
    expect(await count({ name: 'crowd' })).toMatchObject({ active: limits.counted, all: limits.counted, ended: 0 });
  });
});

describe('listWorkflows', () => {
  it('pages through all, newest first, also while new ones begin', async () => {
    const keys = Array.from({ length: 12 }, () => `page-${newKey()}`);
    for (const key of keys) await startWorkflow(pulse(), { name: 'pipeline', key, input }, ana);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof list>> = await list({ search: 'page-', limit: 5, cursor });
      seen.push(...page.items.map(({ key }) => key));
      cursor = page.nextCursor;
      await startWorkflow(pulse(), { name: 'pipeline', key: newKey(), input }, ana);
    } while (cursor);
    expect(seen).toEqual([...keys].reverse());
  });

  it.each([
    { name: 'ordered' },
    { name: 'ordered', status: ['active', 'aborted'] },
    { search: 'ordered-' },
    { search: 'ordered-', status: ['active', 'ended'] },
    { search: 'ordered-', startedBy: ana.name },
  ])('pages through %j with the oldest first as well', async (query) => {
    const keys = Array.from({ length: 7 }, () => `ordered-${newKey()}`);
    for (const key of keys) await appendOne(pulse(), key, 'ordered.__start__', {}, ana);
    await appendOne(pulse(), keys[2] as string, 'ordered.__abort__');
    const walk = async (filter: object) => {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof list>> = await list({ ...filter, limit: 3, cursor });
        seen.push(...page.items.map(({ key }) => key));
        cursor = page.nextCursor;
      } while (cursor);
      return seen;
    };
    const newest = await walk(query);
    expect(newest.length).toBeGreaterThanOrEqual(6);
    expect(await walk({ ...query, order: 'asc' })).toEqual(newest.toReversed());
    const { startedAt } = await getWorkflow(pulse(), { key: keys[1] as string });
    const later = await walk({ ...query, order: 'asc', startedAfter: startedAt });
    expect(later).toEqual((await walk({ ...query, startedAfter: startedAt })).toReversed());
    expect(later[0]).toBe(keys[1]);
    const { nextCursor } = await list({ ...query, order: 'asc', limit: 1 });
    const [first] = (await list({ ...query, order: 'asc', startedAfter: startedAt, cursor: nextCursor })).items;
    expect(first?.key).toBe(keys[1]); // A cursor that lies before the bounds.
  });

  it('filters by status, definition, time and text, taking % and _ as they are', async () => {
    const key = `100%_${newKey()}`;
    await appendOne(pulse(), key, 'other.__start__', {}, ben);
    await abortWorkflow(pulse(), { key, reason: 'Too DEAR' }, ana);
    const keysOf = async (query: object) => (await list(query)).items.map((item) => item.key);
    expect(await keysOf({ search: '0%_K' })).toEqual([key]);
    expect(await keysOf({ search: '0%%K' })).toEqual([]);
    expect(await keysOf({ search: 'too dear' })).toEqual([key]);
    expect(await keysOf({ name: 'other' })).toEqual([key]);
    expect(await keysOf({ name: 'other', status: ['active', 'ended'] })).toEqual([]);
    expect(await keysOf({ name: 'other', status: ['aborted'] })).toEqual([key]);
    expect(await keysOf({ name: 'other', search: 'ben' })).toEqual([key]);
    expect(await keysOf({ name: 'other', startedBy: ben.name })).toEqual([key]);
    expect(await keysOf({ name: 'other', startedBy: ben.name.slice(1) })).toEqual([]);
    expect(await keysOf({ search: key, startedBy: ana.name })).toEqual([]);
    const { startedAt } = await getWorkflow(pulse(), { key });
    expect(await keysOf({ name: 'other', startedAfter: startedAt })).toEqual([key]);
    expect(await keysOf({ name: 'other', startedBefore: startedAt })).toEqual([]);
  });
});

describe('getTimeline', () => {
  it('pages through events and refusals in both directions', async () => {
    const key = newKey();
    await startWorkflow(pulse(), { name: 'pipeline', key, input }, ana);
    for (let index = 0; index < 9; index += 1) {
      await appendOne(pulse(), key, 'pipeline.note', { index });
      await appendOne(pulse(), key, 'pipeline.__start__').catch(() => {});
    }
    const read = async (order: 'asc' | 'desc') => {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof timeline>> = await timeline({ key, limit: 4, order, cursor });
        seen.push(
          ...page.entries.map((entry) => `${entry.type} ${entry.type === 'event' ? entry.sequence : entry.id}`),
        );
        cursor = page.nextCursor;
      } while (cursor);
      return seen;
    };
    const forwards = await read('asc');
    expect(forwards).toHaveLength(19);
    expect(forwards.slice(0, 4).map((line) => line.split(' ')[0])).toEqual(['event', 'event', 'refusal', 'event']);
    expect(await read('desc')).toEqual([...forwards].reverse());
  });

  it('is empty where a filter finds nothing, and not found where there is neither event nor refusal', async () => {
    const key = newKey();
    await startWorkflow(pulse(), { name: 'pipeline', key, input }, ana);
    for (const order of ['asc', 'desc'] as const)
      expect(await timeline({ key, order, filter: { type: 'refusal' } })).toMatchObject({
        entries: [],
        nextCursor: null,
      });
    await expect(timeline({ key: newKey(), filter: { type: 'refusal' } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
