import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WorkflowDefinition } from '#domain/definition.ts';
import type { Json } from '#domain/json.ts';
import { command, http } from '#domain/role.ts';
import type { Pulse } from '#server/pulse.ts';
import { appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { pipeline } from '#workflows/pipeline.ts';
import { makeDefinition, readTrail, setUpAdapters, start, waitFor, waitForEvent } from './testing/adapters.ts';

const { pulses } = setUpPulses(2);
const startOne = setUpAdapters();
const getPulses = () => pulses as [Pulse, Pulse];

describe('a retry policy', () => {
  it('has a request repeated under the same idempotency key, after a pause for which nobody holds the workflow', async () => {
    const [pulse, other] = getPulses();
    const asked: IncomingHttpHeaders[] = [];
    const server = createServer(({ headers }, response) => {
      asked.push(headers);
      response.writeHead(asked.length === 1 ? 503 : 200).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const retry = {
        attempts: 3,
        backoffMs: 1_500,
        on: ({ error }: { error: string | null }) => !!error?.includes('503'),
      };
      await startOne(other, { definitions: [makeDefinition(http<Json>({ url }, { retry }), { rounds: 3 })] });
      const key = newKey();
      await start(pulse, key);
      await waitForEvent(pulse, key, '__end__');
      const trail = await readTrail(pulse, key);
      expect(trail.slice(1)).toMatchObject([
        ['__round__', { round: 1 }],
        ['work', { round: 1, outcome: 'failed', error: 'answered 503 Service Unavailable' }],
        ['__wait__', { kind: null, resumeAt: expect.any(String), reason: 'retry' }],
        ['__round__', { round: 2 }],
        ['work', { round: 2, outcome: 'succeeded', output: { status: 200 } }],
        ['__round__', { round: 3 }],
        ['work', { round: 3, outcome: 'succeeded' }],
        ['__end__', { rounds: 3 }],
      ]);
      expect(asked.map((headers) => headers['x-pulse-round'])).toEqual(['1', '2', '3']);
      const [first, again, next] = asked.map((headers) => headers['idempotency-key']);
      expect(again).toBe(first);
      expect(next).not.toBe(first);
    } finally {
      server.close();
    }
  });

  it('leaves it to the moderator when the tries are used up', async () => {
    const [pulse, other] = getPulses();
    const role = command<Json>({ run: 'sleep 600' }, { timeoutMs: 100, retry: { attempts: 2, backoffMs: 0 } });
    const definition = makeDefinition(role, {
      moderator: ({ history }) => (history.length === 0 ? { role: 'work' } : { end: `after-${history.length}` }),
    });
    await startOne(other, { definitions: [definition] });
    const key = newKey();
    await start(pulse, key);
    await waitForEvent(pulse, key, '__end__');
    expect((await readTrail(pulse, key)).slice(1)).toMatchObject([
      ['__round__', { round: 1 }],
      ['__stopped__', { round: 1, reason: 'timed-out' }],
      ['__round__', { round: 2 }],
      ['__stopped__', { round: 2, reason: 'timed-out' }],
      ['__end__', { outcome: 'after-2', rounds: 2 }],
    ]);
  });
});

describe('a step of a pipeline', () => {
  it('is tried again as its input says, and stopped when its time is up', async () => {
    const [pulse, other] = getPulses();
    const directory = await mkdtemp(path.join(tmpdir(), 'pulse-step-'));
    const steps: Json[] = [
      { role: 'flaky', run: 'mkdir once 2>&- && exit 7; exit 0', retry: { attempts: 2, backoffMs: 0 } },
      { role: 'slow', run: 'exec sleep 600', timeoutMs: 50 },
    ];
    await startOne(other, { definitions: [pipeline as WorkflowDefinition], allowCommands: true });
    const key = newKey();
    await appendOne(pulse, key, 'pipeline.__start__', { input: { cwd: directory, steps } });
    const end = await waitFor(pulse, key, ({ kind }) => kind === 'pipeline.__end__');
    expect(end).toMatchObject({ payload: { outcome: 'failed', rounds: 3 } });
    const events = await pulse.prisma.event.findMany({ where: { key }, orderBy: { sequence: 'asc' } });
    expect(events.filter(({ kind }) => !kind.endsWith('.__round__')).slice(1, -1)).toMatchObject([
      { kind: 'pipeline.flaky', payload: { round: 1, outcome: 'failed' } },
      { kind: 'pipeline.flaky', payload: { round: 2, outcome: 'succeeded' } },
      { kind: 'pipeline.__stopped__', payload: { round: 3, reason: 'timed-out' } },
    ]);
    await rm(directory, { recursive: true });
  });
});
