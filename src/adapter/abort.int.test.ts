import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '#domain/json.ts';
import { command, type FunctionRole, fn } from '#domain/role.ts';
import type { Pulse } from '#server/pulse.ts';
import { appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { makeDefinition, readTrail, setUpAdapters, start, waitFor, waitForEvent } from './testing/adapters.ts';
import * as roles from './testing/isolated-roles.ts';
import { findLiving, waitForPids } from './testing/stubborn-programs.ts';

const { pulses } = setUpPulses(2);
const startOne = setUpAdapters();
const getPulses = () => pulses as [Pulse, Pulse];
const abort = (pulse: Pulse, key: string) => appendOne(pulse, key, 'test.__abort__', { reason: 'task out of scope' });

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'pulse-abort-test-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** A role that tells when it is in the middle of its work, and ends as the test says. */
function makeStubbornRole() {
  let begin = () => {};
  let finish: (output: string) => void = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const role = fn<Json>(() => {
    begin();
    return new Promise<string>((resolve) => {
      finish = resolve;
    });
  });
  return { role, begun, finish: (output: string) => finish(output) };
}

/** A Pulse whose tail tells nothing: every signal gets lost. */
function makeDeaf(pulse: Pulse): Pulse {
  return {
    ...pulse,
    tail: async function* ({ signal }) {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    },
  };
}

describe('an abort', () => {
  it('kills the running command, and the trail says so', async () => {
    const [pulse, other] = getPulses();
    const pidFile = path.join(directory, 'pid');
    const role = command<Json>({ run: 'echo $$ > "$PID_FILE"; exec sleep 600', env: { PID_FILE: pidFile } });
    await startOne(other, { definitions: [makeDefinition(role)] });
    const key = newKey();
    await start(pulse, key);
    await expect
      .poll(() => readFile(pidFile, 'utf8').catch(() => ''), { interval: 5, timeout: 10_000 })
      .toMatch(/^\d+\n$/);
    await abort(pulse, key);
    await waitForEvent(pulse, key, '__stopped__');
    const groupId = Number(await readFile(pidFile, 'utf8'));
    expect(() => process.kill(-groupId, 0)).toThrow('ESRCH');
    expect((await readTrail(pulse, key)).slice(2)).toEqual([
      ['__abort__', { reason: 'task out of scope' }],
      ['__stopped__', { round: 1, role: 'work', how: 'SIGTERM', tookMs: expect.any(Number) }],
    ]);
    expect(await pulse.prisma.workflow.findUnique({ where: { key } })).toMatchObject({ status: 'aborted', role: null });
    expect(await pulse.prisma.refusal.count({ where: { key } })).toBe(0);
  });

  it('terminates a function in an endless loop that has a thread of its own, and holds nobody up', async () => {
    const [pulse, other] = getPulses();
    const pidFile = path.join(directory, 'spinning');
    const isolate = new URL('./testing/isolated-roles.ts', import.meta.url).href;
    const spinning = makeDefinition(fn<Json>(roles.spin as FunctionRole<Json>['run'], { isolate, graceMs: 300 }));
    const quick = makeDefinition(
      fn<Json>(() => null),
      { name: 'quick', rounds: 1_000, maxRounds: 5 },
    );
    await startOne(other, { definitions: [spinning, quick], leaseTtlMs: 3_000 });
    const [key, beside] = [newKey(), newKey()];
    await start(pulse, key, { input: pidFile });
    const pids = await waitForPids(pidFile, 1);
    await new Promise((resolve) => setTimeout(resolve, 3_500)); // Longer than the lease lives without a heartbeat.
    await appendOne(pulse, beside, 'quick.__start__');
    await waitFor(pulse, beside, ({ kind }) => kind === 'quick.__end__');
    await abort(pulse, key);
    await waitForEvent(pulse, key, '__stopped__');
    expect(findLiving(pids)).toEqual([]);
    expect((await readTrail(pulse, key)).slice(1)).toMatchObject([
      ['__round__', { round: 1 }],
      ['__abort__', {}],
      ['__stopped__', { how: 'terminated', tookMs: expect.any(Number) }],
    ]);
  });

  it('gives its reason to the signal of a running function', async () => {
    const [pulse, other] = getPulses();
    let reason: unknown;
    const { promise: begun, resolve: begin } = withResolvers();
    const role = fn<Json>(async ({ signal }) => {
      begin();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      reason = signal.reason;
      return null;
    });
    await startOne(other, { definitions: [makeDefinition(role)] });
    const key = newKey();
    await start(pulse, key);
    await begun;
    await abort(pulse, key);
    expect(await waitForEvent(pulse, key, '__stopped__')).toMatchObject({ payload: { how: 'returned' } });
    expect(reason).toMatchObject({ name: 'AbortError', message: 'task out of scope' });
  });

  it('refuses what a role writes that did not heed its signal, and keeps the attempt on the trail', async () => {
    const [pulse, other] = getPulses();
    const { role, begun, finish } = makeStubbornRole();
    await startOne(other, { definitions: [makeDefinition(role)] });
    const key = newKey();
    await start(pulse, key);
    await begun;
    await abort(pulse, key);
    expect(await waitForEvent(pulse, key, '__stopped__')).toMatchObject({ payload: { how: 'abandoned' } });
    finish('too late');
    expect(await waitFor(pulse, key, ({ type }) => type === 'refusal')).toMatchObject({
      kind: 'test.work',
      payload: { round: 1, output: 'too late' },
      actor: { type: 'adapter' },
    });
    expect(await pulse.prisma.workflow.findUnique({ where: { key } })).toMatchObject({ status: 'aborted', role: null });
  });

  it('refuses a role whose signal got lost, and its round is recorded as stopped', async () => {
    const [pulse, other] = getPulses();
    const { role, begun, finish } = makeStubbornRole();
    const key = newKey();
    await start(pulse, key);
    await startOne(makeDeaf(other), { definitions: [makeDefinition(role)] });
    await begun;
    await abort(pulse, key);
    finish('as if nothing had happened');
    await waitForEvent(pulse, key, '__stopped__');
    expect((await readTrail(pulse, key)).slice(2)).toEqual([
      ['__abort__', { reason: 'task out of scope' }],
      ['__stopped__', { round: 1, role: 'work', how: 'returned', tookMs: 0 }],
    ]);
    expect(await pulse.prisma.refusal.count({ where: { key, kind: 'test.work' } })).toBe(1);
  });

  it('reaches a role by the heartbeat when the signal got lost', async () => {
    const [pulse, other] = getPulses();
    const key = newKey();
    await start(pulse, key);
    await startOne(makeDeaf(other), { definitions: [makeDefinition(command({ run: 'sleep 600' }))], leaseTtlMs: 300 });
    await waitForEvent(pulse, key, '__round__');
    await abort(pulse, key);
    expect(await waitForEvent(pulse, key, '__stopped__')).toMatchObject({ payload: { round: 1, role: 'work' } });
  });

  it('leaves nothing to run of a workflow that was never claimed', async () => {
    const [pulse, other] = getPulses();
    const [aborted, next] = [newKey(), newKey()];
    await start(pulse, aborted);
    await abort(pulse, aborted);
    await start(pulse, next);
    await startOne(other, { definitions: [makeDefinition(fn(() => null))] });
    await waitForEvent(pulse, next, '__end__');
    expect((await readTrail(pulse, aborted)).map(([tail]) => tail)).toEqual(['__start__', '__abort__']);
  });
});

describe('an end by somebody else', () => {
  it('stops the running role too', async () => {
    const [pulse, other] = getPulses();
    await startOne(other, { definitions: [makeDefinition(command({ run: 'sleep 600' }))] });
    const key = newKey();
    await start(pulse, key);
    await waitForEvent(pulse, key, '__round__');
    await appendOne(pulse, key, 'test.__end__', { outcome: 'enough' });
    await waitForEvent(pulse, key, '__stopped__');
    expect(await pulse.prisma.workflow.findUnique({ where: { key } })).toMatchObject({
      status: 'ended',
      outcome: 'enough',
      role: null,
    });
  });
});

function withResolvers() {
  let resolve = () => {};
  const promise = new Promise<void>((resolvePromise) => {
    resolve = resolvePromise;
  });
  return { promise, resolve };
}
