import { afterAll, beforeAll, describe, expect, expectTypeOf, inject, test, vi } from 'vitest';
import { z } from 'zod';
import { defineWorkflow } from '#domain/definition.ts';
import { findOutput } from '#domain/moderator.ts';
import { command, fn } from '#domain/role.ts';
import { openTestPulse, type TestPulse } from './test-pulse.ts';

const release = defineWorkflow(
  {
    name: 'release',
    description: 'Builds until the build is good enough.',
    input: z.object({ builds: z.number() }),
    maxRounds: 5,
  },
  {
    roles: {
      build: fn(({ round }) => ({ number: round })),
      sleep: command({ run: 'sleep 600' }),
    },
    moderator: ({ input, history, waits }) => {
      const built = findOutput(history, 'build')?.number ?? 0;
      if (built < input.builds) return { role: 'build' };
      if (built === 4 && waits.length === 0) return { wait: 'release.approved' };
      return input.builds === 0 ? { role: 'sleep' } : { end: 'released' };
    },
  },
);

let pulse: TestPulse;
beforeAll(async () => {
  const { url, ownerUrl } = inject('testServer');
  vi.stubEnv('DATABASE_URL', url);
  vi.stubEnv('DATABASE_OWNER_URL', ownerUrl);
  pulse = await openTestPulse([release], { at: '2026-01-01T12:00:00.000Z' });
});
afterAll(async () => {
  await pulse?.close();
  vi.unstubAllEnvs();
});

describe('a workflow in a test', () => {
  test('stands still until it is told to take a step, and tells what its round did', async () => {
    const run = await pulse.start(release, { key: 'steps', input: { builds: 2 } });
    expect(await run.workflow()).toMatchObject({ key: 'steps', status: 'active', round: 0 });
    const first = await run.step();
    expect(first).toMatchObject({ round: 1, role: 'build', outcome: 'succeeded', output: { number: 1 } });
    expectTypeOf(first?.role).toEqualTypeOf<'build' | 'sleep' | undefined>();
    expect(await run.workflow()).toMatchObject({ status: 'active', round: 1, role: null });
    expect(await run.step()).toMatchObject({ round: 2 });
    expect(await run.step()).toBeNull();
    expect(await run.workflow()).toMatchObject({ status: 'ended', outcome: 'released' });
    expect(await run.step()).toBeNull();
    expect((await run.history()).map(({ output }) => output)).toEqual([{ number: 1 }, { number: 2 }]);
  });

  test('goes on to its end when it may', async () => {
    const run = await pulse.start(release, { input: { builds: 3 } });
    expect(await run.finish()).toMatchObject({ status: 'ended', outcome: 'released', round: 3 });
    const capped = await pulse.start(release, { input: { builds: 3 }, maxRounds: 1 });
    expect(await capped.finish()).toMatchObject({ outcome: 'max-rounds', round: 1 });
  });

  test('waits for an event, which the test appends', async () => {
    const run = await pulse.start(release, { input: { builds: 4 } });
    expect(await run.finish()).toMatchObject({ status: 'active', round: 4, waitingFor: 'release.approved' });
    await run.append('approved', { by: 'Ana' });
    expect(await run.finish()).toMatchObject({ status: 'ended', outcome: 'released' });
  });

  test('is aborted in the middle of a round, and nothing of it is left', async () => {
    const run = await pulse.start(release, { input: { builds: 0 } });
    const round = run.step();
    await run.waitFor('__round__');
    expect(await run.abort('out of scope')).toMatchObject({ status: 'aborted', reason: 'out of scope' });
    expect(await round).toMatchObject({ role: 'sleep', outcome: 'lost' });
    const kinds = (await run.trail()).map(({ kind }) => kind);
    expect(kinds).toEqual(['release.__start__', 'release.__round__', 'release.__abort__', 'release.__stopped__']);
    await expect(run.abort()).rejects.toMatchObject({ code: 'GUARD_REJECTED' });
    expect((await run.trail()).at(-1)).toMatchObject({ type: 'refusal', guard: 'workflow-lifecycle' });
  });

  test('is aborted while it stands still', async () => {
    const run = await pulse.start(release, { input: { builds: 2 } });
    await run.step();
    await run.abort();
    expect(await run.step()).toBeNull();
    expect(await run.history()).toHaveLength(1);
  });

  test('happens at the time of its clock', async () => {
    const run = await pulse.start(release, { input: { builds: 2 } });
    await run.step();
    pulse.advance(60_000);
    const event = await run.append('note', { text: 'looks good' });
    expect(event).toMatchObject({ kind: 'release.note', payload: { text: 'looks good' } });
    expect(
      (await run.trail()).map(({ occurredAt }) => Date.parse(occurredAt) - Date.parse('2026-01-01T12:00:00Z')),
    ).toEqual([0, 0, 0, 60_000]);
  });

  test('refuses what the server refuses', async () => {
    await expect(pulse.start(release, { input: { builds: 'two' } })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(pulse.start({ ...release, name: 'other' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
