import { randomInt, randomUUID } from 'node:crypto';
import { expect } from '@playwright/test';
import type { Json, PulseClient } from '#client/index.ts';
import { findProcessesWithArgs } from './processes.ts';

/** A key that no other test uses. */
export function newKey(name: string): string {
  return `${name}-${randomUUID().slice(0, 8)}`;
}

/** A workflow whose only role sleeps, and can be found among the machine's processes by how long it sleeps. */
export interface Sleeper {
  key: string;
  /** What `workflow.start` takes. */
  input: { steps: { role: string; run: string }[] };
  /** Waits until its process runs, or until it is gone. */
  expectRunning(running: boolean): Promise<void>;
}

/** Makes the input of a workflow that runs until it is aborted. `before` is a shell command line that comes first. */
export function makeSleeper(name: string, { before = '' }: { before?: string } = {}): Sleeper {
  const seconds = String(randomInt(1_000_000, 100_000_000));
  return {
    key: newKey(name),
    input: { steps: [{ role: 'wait', run: `${before}sleep ${seconds}` }] },
    expectRunning: (running) =>
      expect
        .poll(async () => (await findProcessesWithArgs(['sleep', seconds])).length, { message: `sleep ${seconds}` })
        .toBe(running ? 1 : 0),
  };
}

/** Starts a sleeper and waits until its process runs. */
export async function startSleeper(client: PulseClient, sleeper: Sleeper): Promise<void> {
  await client.workflow.start.mutate({ name: 'pipeline', key: sleeper.key, input: sleeper.input as Json });
  await sleeper.expectRunning(true);
}

/** A trail as short words: `pipeline.__start__`, and `refused pipeline.__abort__` for what a guard refused. */
export async function readTrail(client: PulseClient, key: string): Promise<string[]> {
  const { entries } = await client.workflow.timeline.query({ key, limit: 1_000 });
  return entries.map(({ type, kind }) => (type === 'refusal' ? `refused ${kind}` : kind));
}

/** Waits until a kind is on a trail. */
export async function waitForKind(client: PulseClient, key: string, kind: string): Promise<void> {
  await expect.poll(() => readTrail(client, key), { message: `the trail of ${key}` }).toContain(kind);
}
