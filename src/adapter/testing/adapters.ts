import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';
import { z } from 'zod';
import type { WorkflowDefinition } from '#domain/definition.ts';
import type { TimelineEntry } from '#domain/event.ts';
import type { Json } from '#domain/json.ts';
import type { ModeratorContext } from '#domain/moderator.ts';
import type { Role } from '#domain/role.ts';
import type { Pulse } from '#server/pulse.ts';
import { appendOne } from '../../../test/pulse.ts';
import { type Adapter, type AdapterOptions, startAdapter } from '../start-adapter.ts';

/** A definition named `test` whose one role runs for `rounds` rounds that did not get lost. */
export function makeDefinition(
  work: Role<Json>,
  { rounds = 1, ...changes }: Partial<WorkflowDefinition<Json>> & { rounds?: number } = {},
): WorkflowDefinition {
  const moderator = ({ history }: ModeratorContext<Json>) =>
    history.filter(({ outcome }) => outcome !== 'lost').length < rounds ? { role: 'work' } : { end: 'done' };
  const definition: WorkflowDefinition<Json> = {
    name: 'test',
    description: 'Works for a number of rounds.',
    input: z.json() as z.ZodType<Json>,
    maxRounds: 10,
    roles: { work },
    moderator,
    ...changes,
  };
  return definition as WorkflowDefinition;
}

/** Gives a test file adapters that stop after each test. */
export function setUpAdapters(): (pulse: Pulse, options: Partial<AdapterOptions>) => Promise<Adapter> {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
  });
  return async (pulse, options) => {
    const home = await mkdtemp(path.join(tmpdir(), 'pulse-adapter-test-'));
    const adapter = await startAdapter({ pulse, definitions: [], home, ...options });
    stops.push(async () => {
      await adapter.stop();
      await rm(home, { recursive: true });
    });
    return adapter;
  };
}

export function start(pulse: Pulse, key: string, payload: Json = {}) {
  return appendOne(pulse, key, 'test.__start__', payload);
}

/** Waits for the first line of a key's trail that fits, from its beginning. */
export async function waitFor(
  pulse: Pulse,
  key: string,
  fits: (entry: TimelineEntry) => boolean,
): Promise<TimelineEntry> {
  const found = new AbortController();
  const after = { ...(await pulse.head()), position: 0, refusals: 0 };
  for await (const { entry } of pulse.tail({ after, key, signal: found.signal })) if (fits(entry)) return entry;
  throw new Error('the tail has ended');
}

/** Waits for the first event of a kind's tail: `__end__`, `work`. */
export function waitForEvent(pulse: Pulse, key: string, tail: string): Promise<TimelineEntry> {
  return waitFor(pulse, key, ({ type, kind }) => type === 'event' && kind === `test.${tail}`);
}

/** A key's events as `tail payload`, in order. */
export async function readTrail(pulse: Pulse, key: string): Promise<[tail: string, payload: Json][]> {
  const rows = await pulse.prisma.event.findMany({ where: { key }, orderBy: { sequence: 'asc' } });
  return rows.map(({ kind, payload }) => [kind.slice('test.'.length), payload as Json]);
}
