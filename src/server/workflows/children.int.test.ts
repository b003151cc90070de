import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { WorkflowDefinition } from '#domain/definition.ts';
import { ana, appendOne, ben, newKey, setUpPulses } from '#test/pulse.ts';
import { claimWorkflows } from '../leases/claim-workflows.ts';
import type { Pulse } from '../pulse.ts';
import { abortWorkflow } from './abort.ts';
import { abortMany } from './abort-many.ts';
import { finishCascades } from './finish-cascades.ts';
import { listWorkflows } from './list.ts';
import { makeChildKey, startChild } from './start-child.ts';

const { pulses } = setUpPulses(2);
const here = () => pulses[0] as Pulse;
const there = () => pulses[1] as Pulse;

const definition: WorkflowDefinition = {
  name: 'child',
  description: 'Is started by another.',
  input: z.object({}),
  maxRounds: 3,
  roles: {},
  moderator: () => ({ end: 'done' }),
};
const definitions = new Map([['child', definition]]);

/** Starts a workflow, or a child of one, in its first round. */
async function startParent(key = newKey()) {
  const name = `p${key}`;
  await appendOne(here(), key, `${name}.__start__`);
  await claimWorkflows(here(), { adapterId: 'a1', names: [name], limit: 1, ttlMs: 0 });
  return { key, name };
}
const startOne = (parent: string, key = newKey(), epoch = 1, pulse = here()) =>
  startChild(pulse, { key: parent, epoch, round: 1 }, { name: 'child', key, input: {} }, definitions, ben);
const read = async (key: string) => here().prisma.workflow.findUnique({ where: { key } });
const readAborts = async (key: string) =>
  (await here().prisma.event.findMany({ where: { key, kind: { endsWith: '.__abort__' } } })).map(
    ({ payload }) => payload,
  );
const abort = (key: string, options: { reason?: string; cascade?: boolean; commandId?: string } = {}) =>
  abortWorkflow(here(), { key, ...options }, ana);

describe('a child', () => {
  it('has its parent, on the log and in lists', async () => {
    const { key } = await startParent();
    const { key: child } = await startOne(key);
    const [start] = await here().prisma.event.findMany({ where: { key: child } });
    expect(start).toMatchObject({ payload: { input: {}, maxRounds: 3, parent: { key, round: 1 } }, actor: ben });
    expect(await read(child)).toMatchObject({ parent: key });
    await startOne(key);
    await appendOne(here(), child, 'child.__end__');
    const list = async (filter: object) =>
      (await listWorkflows(here(), { parent: key, limit: 10, ...filter })).items.map((item) => item.key);
    expect(await list({})).toHaveLength(2);
    expect(await list({ status: ['ended'], name: 'child', search: child })).toEqual([child]);
    expect(await list({ status: ['active', 'aborted'], name: 'other' })).toEqual([]);
  });

  it('is started once, whoever asks for the same again', async () => {
    const { key, name } = await startParent();
    const { key: child } = await startOne(key);
    await claimWorkflows(there(), { adapterId: 'a2', names: [name], limit: 1, ttlMs: 0 });
    expect(await startOne(key, child, 2, there())).toEqual({ key: child });
    expect(await here().prisma.event.count({ where: { key: child } })).toBe(1);
    expect(await here().prisma.refusal.count({ where: { key: child } })).toBe(0);
  });

  it('of another parent, or of none, is not taken for it', async () => {
    const [{ key }, { key: other }] = [await startParent(), await startParent()];
    const { key: child } = await startOne(other);
    await expect(startOne(key, child)).rejects.toMatchObject({ details: { guard: 'workflow-lifecycle' } });
  });

  it('does not begin once its parent is aborted, is over, or is another adapter’s', async () => {
    const [aborted, ended, taken] = [await startParent(), await startParent(), await startParent()];
    await appendOne(there(), aborted.key, `${aborted.name}.__abort__`);
    await appendOne(there(), ended.key, `${ended.name}.__end__`);
    await claimWorkflows(there(), { adapterId: 'a2', names: [taken.name], limit: 1, ttlMs: 0 });
    for (const { key } of [aborted, ended, taken]) {
      const child = newKey();
      await expect(startOne(key, child)).rejects.toMatchObject({
        details: { guard: 'parent', state: { parent: key, epoch: 2 } },
      });
      expect(await read(child)).toBeNull();
    }
  });

  it('that is unknown, or whose input does not fit, is not started', async () => {
    const { key } = await startParent();
    const start = (asked: object) =>
      startChild(
        here(),
        { key, epoch: 1, round: 1 },
        { name: 'child', key: newKey(), input: {}, ...asked },
        definitions,
        ben,
      );
    await expect(start({ name: 'nobody' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(start({ input: 'text' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(start({ key: ' ' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('has a key of its parent’s that fits, and of no other child', () => {
    expect(makeChildKey('fix-68', 2, 1)).toBe('fix-68.2.1');
    const long = [1, 2].map((count) => makeChildKey('x'.repeat(199), 1, count));
    expect(new Set(long.map((key) => key.length))).toEqual(new Set([70]));
    expect(new Set(long)).toHaveLength(2);
  });
});

describe('aborting a parent', () => {
  it('aborts its living children and theirs, each by an event that names the cause', async () => {
    const { key } = await startParent();
    const [{ key: child }, { key: ended }] = [await startOne(key), await startOne(key)];
    await appendOne(here(), ended, 'child.__end__');
    const { key: grandchild } = await startOne(child, newKey(), 0);
    const { event, children } = await abort(key, { reason: 'out of scope' });
    expect(children).toBe(2);
    expect(await readAborts(child)).toEqual([{ reason: 'out of scope', cause: { key, position: event.position } }]);
    const position = Number((await read(child))?.position);
    expect(await readAborts(grandchild)).toEqual([{ reason: 'out of scope', cause: { key: child, position } }]);
    expect(await readAborts(ended)).toEqual([]);
  });

  it('leaves them alone when it is told to, also later', async () => {
    const { key } = await startParent();
    const { key: child } = await startOne(key);
    expect(await abort(key, { cascade: false })).toMatchObject({ children: 0 });
    expect(await readAborts(key)).toEqual([{ reason: null, cascade: false }]);
    await finishCascades(here(), ben, [key]);
    expect(await read(child)).toMatchObject({ status: 'active' });
  });

  it('leaves no living child, however many begin at that moment', async () => {
    const { key } = await startParent();
    let begun = 0;
    const startUntilRefused = async (pulse: Pulse): Promise<string> => {
      for (; begun < 1_000; begun += 1) {
        const refusal = await startOne(key, newKey(), 1, pulse).then(
          () => undefined,
          (error) => error.details.guard,
        );
        if (refusal) return refusal;
        if (begun === 30) void abort(key);
      }
      return 'never';
    };
    const starters = Array.from({ length: 8 }, (_, index) => startUntilRefused(index % 2 === 0 ? here() : there()));
    expect(new Set(await Promise.all(starters))).toEqual(new Set(['parent']));
    const count = (status: string) => here().prisma.workflow.count({ where: { parent: key, status } });
    await expect.poll(() => count('active'), { interval: 20 }).toBe(0);
    expect(await count('aborted')).toBe(begun);
  });

  it('is finished by others when it stopped in the middle, and by several at once only once', async () => {
    const { key, name } = await startParent();
    const children = await Promise.all([1, 2, 3].map(() => startOne(key)));
    const { key: grandchild } = await startOne(children[0]?.key as string, newKey(), 0);
    await appendOne(here(), key, `${name}.__abort__`, { reason: 'alone' });
    const counts = await Promise.all([here(), there(), here()].map((pulse) => finishCascades(pulse, ben, [key])));
    expect(Math.max(...counts.map((count) => count.get(key) ?? 0))).toBe(4);
    for (const child of [...children, { key: grandchild }])
      expect(await readAborts(child.key)).toMatchObject([{ reason: 'alone' }]);
    expect(await here().prisma.refusal.count({ where: { key: { in: children.map((child) => child.key) } } })).toBe(0);
    expect(await finishCascades(here(), ben)).toEqual(new Map());
  });

  it('among many counts its children as aborted, whichever comes first', async () => {
    const { key } = await startParent();
    const { key: child } = await startOne(key);
    const left = await startOne(key);
    const { key: grandchild } = await startOne(child, newKey(), 0);
    const other = await startParent();
    const asked = { keys: [key, child, other.key] };
    const expected = [
      { key, ok: true, children: 1 },
      { key: child, ok: true, children: 1 },
      { key: other.key, ok: true, children: 0 },
    ];
    expect((await abortMany(here(), { ...asked, dryRun: true }, ana)).results).toEqual(expected);
    const alone = await abortMany(here(), { ...asked, dryRun: true, cascade: false }, ana);
    expect(alone.results.map(({ children }) => children)).toEqual([0, 0, 0]);
    const { results } = await abortMany(here(), asked, ana);
    expect(results).toMatchObject(expected);
    expect(results[1]?.position).toBe(Number((await read(child))?.position));
    expect(await read(left.key)).toMatchObject({ status: 'aborted' });
    expect(await read(grandchild)).toMatchObject({ status: 'aborted' });
    const { results: again } = await abortMany(here(), { keys: [child] }, ana);
    expect(again).toMatchObject([{ ok: false, error: { code: 'GUARD_REJECTED' } }]);
  });
});
