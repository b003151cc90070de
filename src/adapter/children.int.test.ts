import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { WorkflowDefinition } from '#domain/definition.ts';
import type { Json } from '#domain/json.ts';
import { fn, type RoleContext } from '#domain/role.ts';
import type { Pulse } from '#server/pulse.ts';
import { abortWorkflow } from '#server/workflows/abort.ts';
import { ana, appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { makeDefinition, readTrail, setUpAdapters, start, waitForEvent } from './testing/adapters.ts';
import * as roles from './testing/isolated-roles.ts';

const { pulses } = setUpPulses(2);
const startOne = setUpAdapters();
const [here, there] = [() => pulses[0] as Pulse, () => pulses[1] as Pulse];

type Work = (context: RoleContext<Json>) => Promise<Json>;
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

/** A workflow that another one starts; its role tells that it runs, and waits for its abort. */
function makeOther(begun: (key: string) => void = () => {}): WorkflowDefinition {
  return {
    name: 'other',
    description: 'Is started by another.',
    input: z.looseObject({}),
    maxRounds: 3,
    roles: {
      work: fn(async ({ key, signal }) => {
        begun(key);
        return untilAborted(signal);
      }),
    },
    moderator: () => ({ role: 'work' }),
  };
}

async function runParent(work: Work, others = [makeOther()], rounds = 1): Promise<string> {
  await startOne(there(), { definitions: [makeDefinition(fn<Json>(work), { rounds }), ...others] });
  const key = newKey();
  await start(here(), key);
  return key;
}
const read = (key: string) => here().prisma.workflow.findUnique({ where: { key } });

describe('a role', () => {
  it('starts workflows of its own, under keys of its own', async () => {
    const key = await runParent(async ({ start: startChild }) => [
      await startChild('other', { n: 1 }),
      await startChild('other', {}, { key: 'mine', maxRounds: 2 }),
      await startChild('other'),
    ]);
    await waitForEvent(here(), key, '__end__');
    expect(await read(`${key}.1.1`)).toMatchObject({ name: 'other', parent: key, startedBy: { type: 'adapter' } });
    expect(await read('mine')).toMatchObject({ parent: key, maxRounds: 2 });
    expect(await read(`${key}.1.2`)).toMatchObject({ parent: key, maxRounds: 3, status: 'active' });
  });

  it('starts them from a thread of its own too', async () => {
    const isolate = new URL('./testing/isolated-roles.ts', import.meta.url).href;
    await startOne(there(), { definitions: [makeDefinition(fn<Json>(roles.startAnother, { isolate })), makeOther()] });
    const key = newKey();
    await start(here(), key);
    expect(await waitForEvent(here(), key, 'work')).toMatchObject({ payload: { output: { key: `${key}.1.1` } } });
    expect(await read(`${key}.1.1`)).toMatchObject({ parent: key });
  });

  it('that repeats a lost round gets the children that are there, and in the next round new ones', async () => {
    const key = newKey();
    await start(here(), key);
    await appendOne(here(), key, 'test.__round__', { round: 1, role: 'work' });
    const definition = makeDefinition(
      fn<Json>(async ({ start: startChild }) => startChild('other')),
      { rounds: 2 },
    );
    await appendOne(here(), `${key}.1.1`, 'other.__start__', { input: {}, maxRounds: 1, parent: { key, round: 1 } });
    await startOne(there(), { definitions: [definition, makeOther()] });
    await waitForEvent(here(), key, '__end__');
    const outputs = (await readTrail(here(), key)).filter(([tail]) => tail === 'work').map(([, payload]) => payload);
    expect(outputs).toMatchObject([
      { round: 2, output: { key: `${key}.1.1` } },
      { round: 3, output: { key: `${key}.2.1` } },
    ]);
    expect(await here().prisma.event.count({ where: { key: `${key}.1.1`, kind: 'other.__start__' } })).toBe(1);
  });

  it('starts none after its round, nor one that does not exist', async () => {
    let startLate: RoleContext<Json>['start'] = () => Promise.reject(new Error('not yet'));
    const key = await runParent(async ({ start: startChild }) => {
      startLate = startChild;
      return startChild('nobody').catch((error: Error) => error.message);
    });
    await waitForEvent(here(), key, '__end__');
    expect((await readTrail(here(), key)).at(-2)).toMatchObject([
      'work',
      { output: expect.stringContaining("no definition 'nobody'") },
    ]);
    await expect(startLate('other')).rejects.toThrow('the round is over');
  });
});

describe('an abort of a parent', () => {
  it('stops the roles of its children and theirs', async () => {
    const running = new Set<string>();
    const nested: WorkflowDefinition = {
      ...makeOther(),
      name: 'nested',
      roles: {
        work: fn(async ({ start: startChild, signal }) => {
          await startChild('other');
          return untilAborted(signal);
        }),
      },
    };
    const key = await runParent(
      async ({ start: startChild, signal }) => {
        await startChild('nested');
        return untilAborted(signal);
      },
      [makeOther((child) => running.add(child)), nested],
    );
    const grandchild = `${key}.1.1.1.1`;
    await expect.poll(() => running.has(grandchild), { interval: 10, timeout: 10_000 }).toBe(true);
    const { children } = await abortWorkflow(here(), { key, reason: 'out of scope' }, ana);
    expect(children).toBe(2);
    await expect.poll(async () => (await read(grandchild))?.role, { interval: 10 }).toBeNull();
    expect(await read(grandchild)).toMatchObject({ status: 'aborted', reason: 'out of scope', abortedBy: ana });
  });

  it('that went no further than its own event is finished by an adapter, also by one that starts later', async () => {
    const key = await runParent(async ({ start: startChild, signal }) => {
      await startChild('other');
      return untilAborted(signal);
    });
    const child = `${key}.1.1`;
    await expect.poll(async () => (await read(child))?.role, { interval: 10, timeout: 10_000 }).toBe('work');
    await appendOne(here(), key, 'test.__abort__');
    await expect.poll(async () => (await read(child))?.status, { interval: 20, timeout: 10_000 }).toBe('aborted');

    const [parent, orphan] = [newKey(), newKey()];
    await start(here(), parent);
    await appendOne(here(), orphan, 'unknown.__start__', { parent: { key: parent, round: 1 } });
    await appendOne(here(), parent, 'test.__abort__');
    await startOne(there(), { definitions: [] });
    await expect.poll(async () => (await read(orphan))?.status, { interval: 20, timeout: 10_000 }).toBe('aborted');
    expect(await read(orphan)).toMatchObject({ abortedBy: { type: 'adapter' } });
  });
});
