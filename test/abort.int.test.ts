import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasProcessTable } from '#adapter/processes/process-table.ts';
import { makeDefinition, setUpAdapters, start, waitForEvent } from '#adapter/testing/adapters.ts';
import { spinAlone } from '#adapter/testing/isolated-roles.ts';
import { serveSilence } from '#adapter/testing/silent-server.ts';
import { findLiving, stubbornPrograms, waitForPids } from '#adapter/testing/stubborn-programs.ts';
import { runUpulse } from '#cli/testing/run-upulse.ts';
import type { PulseEvent, TimelineEntry } from '#domain/event.ts';
import type { Json } from '#domain/json.ts';
import { command, fn, http, type Role } from '#domain/role.ts';
import type { Pulse } from '#server/pulse.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { newKey, setUpPulses } from './pulse.ts';

const { pulses, url } = setUpPulses();
const startOne = setUpAdapters();
const graceMs = 400;
/** How long after its grace everything is gone at the latest. */
const slackMs = 500;

let server: ApiServer;
let directory: string;
beforeAll(async () => {
  server = await startApiServer({ databaseUrl: url() });
  directory = await mkdtemp(path.join(tmpdir(), 'pulse-proof-'));
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

const upulse = (...args: string[]) => runUpulse(args, { env: { PULSE_URL: server.url } });

/** Starts a workflow of one role, whose adapter shares nothing with the server but the database. */
async function run(role: Role<Json>, input: Json = {}): Promise<string> {
  await startOne(pulses[0] as Pulse, { definitions: [makeDefinition(role)] });
  const key = newKey();
  await start(server.pulse, key, { input });
  return key;
}

/** Aborts a workflow and waits until its role is gone. **Shape** after how long, and what the trail says of its death. */
async function abort(key: string, gone: Promise<unknown>): Promise<{ goneAfterMs: number; stopped: unknown }> {
  const goneAt = gone.then(() => Date.now());
  const reason = 'task out of scope';
  expect(await upulse('workflow', 'abort', key, '--reason', reason)).toMatchObject({ code: 0 });
  await waitForEvent(server.pulse, key, '__stopped__');
  const { stdout } = await upulse('workflow', 'timeline', key, '--json');
  const [, , aborted, stopped] = JSON.parse(stdout).entries as (TimelineEntry & PulseEvent)[];
  expect(aborted).toMatchObject({ kind: 'test.__abort__', payload: { reason }, actor: { via: 'cli' } });
  expect(stopped).toMatchObject({ kind: 'test.__stopped__' });
  const goneAfterMs = (await goneAt) - Date.parse(aborted?.occurredAt as string);
  return { goneAfterMs, stopped: stopped?.payload };
}

async function waitUntilGone(isThere: () => boolean): Promise<void> {
  while (isThere()) await sleep(5);
}

describe.runIf(hasProcessTable)('after upulse workflow abort', () => {
  it('a command that traps SIGTERM, forks twice with setsid and spins is gone within its grace', async () => {
    const file = path.join(directory, 'programs');
    const program = stubbornPrograms(file)['forks twice with setsid, traps SIGTERM and spins'];
    const key = await run(command<Json>({ run: program, env: { PIDS: file }, graceMs }));
    const pids = await waitForPids(file, 2);
    const { goneAfterMs, stopped } = await abort(
      key,
      waitUntilGone(() => findLiving(pids).length > 0),
    );
    expect(stopped).toEqual({ round: 1, role: 'work', how: 'SIGKILL', tookMs: expect.any(Number) });
    expect(goneAfterMs).toBeGreaterThanOrEqual(graceMs);
    expect(goneAfterMs).toBeLessThanOrEqual(graceMs + slackMs);
  });

  it('a function in an endless loop is gone within its grace, with its thread', async () => {
    const isolate = new URL('../src/adapter/testing/isolated-roles.ts', import.meta.url).href;
    const file = path.join(directory, 'thread');
    const key = await run(fn<Json>(spinAlone as Parameters<typeof fn<Json>>[0], { isolate, graceMs }), file);
    await expect.poll(() => existsSync(file), { interval: 5, timeout: 10_000 }).toBe(true);
    const thread = path.join('/proc', readFileSync(file, 'utf8'));
    expect(existsSync(thread)).toBe(true);
    const { goneAfterMs, stopped } = await abort(
      key,
      waitUntilGone(() => existsSync(thread)),
    );
    expect(stopped).toEqual({ round: 1, role: 'work', how: 'terminated', tookMs: expect.any(Number) });
    expect(goneAfterMs).toBeGreaterThanOrEqual(graceMs);
    expect(goneAfterMs).toBeLessThanOrEqual(graceMs + slackMs);
  });

  it('a request to a server that never answers is gone at once', async () => {
    const { url: silent, asked, closed } = await serveSilence();
    const key = await run(http<Json>({ url: silent }));
    expect(await asked).toMatchObject({ 'x-pulse-key': key, 'x-pulse-round': '1' });
    const { goneAfterMs, stopped } = await abort(key, closed);
    expect(stopped).toEqual({ round: 1, role: 'work', how: 'disconnected', tookMs: expect.any(Number) });
    expect(goneAfterMs).toBeLessThanOrEqual(slackMs);
  });
});
