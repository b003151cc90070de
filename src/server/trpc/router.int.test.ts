import { TRPCError } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import { ana, newKey, setUpPulses } from '#test/pulse.ts';
import type { Pulse } from '../pulse.ts';
import { toPulseError } from './errors.ts';
import { appRouter, createCaller } from './router.ts';

const { pulses } = setUpPulses();
const caller = () =>
  createCaller({
    pulse: pulses[0] as Pulse,
    identity: { actor: ana, access: { role: 'admin' } },
    askedAtMs: Date.now(),
  });

type AnyProcedure = (input: unknown) => Promise<unknown>;
const procedures = Object.keys(appRouter._def.procedures);

function find(path: string): AnyProcedure {
  return (caller() as unknown as Record<string, AnyProcedure>)[path] as AnyProcedure; // By its whole path: see guard.apply.
}

/** Calls a procedure, and reads the first item of what a subscription gives. */
async function call(path: string, input: unknown): Promise<unknown> {
  const result = await find(path)(input);
  if (!result || typeof result !== 'object' || !(Symbol.asyncIterator in result)) return result;
  const items = (result as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  return Promise.race([items.next(), new Promise((resolve) => setTimeout(resolve, 100, 'still following'))]);
}

/** The data of a subscription's first item, which a caller gives as `[id, data]`. */
async function takeData(items: AsyncIterable<unknown>): Promise<unknown> {
  for await (const item of items) return (item as [string, unknown])[1];
  return undefined;
}

const long = 'x'.repeat(300 * 1024);
const malformed: unknown[] = [
  null,
  42,
  'text',
  [],
  { key: '' },
  { key: long },
  { key: 'a\0b' },
  { key: 'k', actor: { type: 'system' } },
  { key: 'k', kind: 'nodot', payload: {} },
  { key: 'k', kind: `a.${long}` },
  { key: 'k', kind: 'a.b', payload: long },
  { key: 'k', kind: 'a.b', payload: { text: '\ud800' } },
  { key: 'k', reason: long },
  { name: '__proto__', key: 'k' },
  { name: 'constructor', input: {} },
  { name: 'pipeline', input: { steps: 'no' } },
  { name: 'pipeline', input: null, maxRounds: 0 },
  { key: 'k', limit: -1 },
  { limit: 1e9, cursor: { $gt: 1 } },
  { after: 'no-cursor', key: 'k' },
  { after: 'zzzzzzzz-1-1' },
  { after: '999999999999' },
  { cursor: 'zzzzzzzz-1-1', key: 'k' },
  { status: ['nope'] },
  { search: 'a\0' },
  { name: '\ud800' },
  { startedAfter: '0000-01-01T00:00:00Z' },
  { startedBefore: '9999-12-31T23:59:59-23:59' },
  { key: 'k', kind: 'a.b', commandId: 'a\0' },
  { key: 'k', kind: 'a.b', commandId: '\ud800' },
  { startedAfter: 'yesterday' },
  { kind: '*', key: 'k' },
  { key: 'k', kind: 'a.b', expectedSequence: -1, commandId: '' },
];

describe('every procedure', () => {
  it.each(procedures)(
    '%s answers malformed and oversized input with a typed error, and stores nothing',
    async (path) => {
      const before = await (pulses[0] as Pulse).head();
      for (const input of malformed) {
        try {
          await call(path, input);
        } catch (error) {
          expect(error).toBeInstanceOf(TRPCError);
          const { code } = toPulseError(error as TRPCError);
          expect(
            ['INVALID_INPUT', 'NOT_FOUND', 'GUARD_INVALID'],
            `${path} ${JSON.stringify(input).slice(0, 80)}: ${error}`,
          ).toContain(code);
        }
      }
      expect(await (pulses[0] as Pulse).head()).toEqual(before);
    },
  );
});

describe('the router', () => {
  it('starts, aborts and tells the trail', async () => {
    const key = newKey();
    const input = { steps: [{ role: 'build', run: 'true' }] };
    await caller().workflow.start({ name: 'pipeline', key, input });
    await caller().workflow.abort({ key, reason: 'enough' });
    expect(await caller().workflow.get({ key })).toMatchObject({ status: 'aborted', reason: 'enough' });
    expect(await caller().guard.state({ name: 'workflow-lifecycle', key })).toEqual({
      state: { status: 'aborted' },
      position: (await caller().workflow.get({ key })).position,
    });
    const refused = await caller()
      .workflow.abort({ key })
      .catch((error) => error);
    expect(refused).toMatchObject({ code: 'PRECONDITION_FAILED', cause: { details: { guard: 'workflow-lifecycle' } } });
  });

  it('follows events and the whole trail', async () => {
    const key = newKey();
    const events = await caller().event.onAppend({ key });
    const entries = await caller().workflow.onEntry({ key });
    const event = await caller().event.append({ kind: 'note.added', key, payload: { n: 1 } });
    expect(await takeData(events)).toEqual(event);
    expect(await takeData(entries)).toEqual({ type: 'event', ...event });
  });

  it('lists the definitions with a JSON Schema of their input', async () => {
    const names = (await caller().definition.list()).map(({ name }) => name);
    expect(names).toEqual(['meta', 'pipeline']);
  });

  it('lists the shipped guards', async () => {
    expect((await caller().guard.list()).map(({ name, enabled }) => [name, enabled])).toEqual([
      ['workflow-lifecycle', true],
      ['workflow-rounds', true],
      ['guard-registry', true],
      ['abort-needs-reason', false],
      ['abort-needs-two', false],
    ]);
    expect(await caller().guard.get({ name: 'workflow-lifecycle' })).toEqual({
      name: 'workflow-lifecycle',
      version: expect.stringMatching(/^[0-9a-f]{64}$/),
      enabled: true,
      shipped: true,
      since: null,
      initial_value: { status: 'unknown' },
      sources: [
        { kind: '*.__start__', check: "state.status = 'unknown'", transition: "{'status':'active'}" },
        { kind: '*.__abort__', check: "state.status = 'active'", transition: "{'status':'aborted'}" },
        { kind: '*.__end__', check: "state.status = 'active'", transition: "{'status':'ended'}" },
      ],
    });
  });
});
