// Pulse in a process of its own: the log, and an adapter.
import { z } from 'zod';
import { startAdapter } from '../src/adapter/start-adapter.ts';
import type { Actor } from '../src/domain/actor.ts';
import { defineWorkflow } from '../src/domain/definition.ts';
import type { Json } from '../src/domain/json.ts';
import { fn } from '../src/domain/role.ts';
import { openPulse } from '../src/server/pulse.ts';
import { nowMs, type ToEngine, tell, toProgram } from './engine-messages.ts';
import { measureRate } from './measure.ts';

const actor: Actor = { type: 'system', id: 'bench', name: 'bench', via: 'api' };

const waits = defineWorkflow(
  { name: 'waits', description: 'Waits until it is aborted.', input: z.string(), maxRounds: 1 },
  {
    roles: {
      wait: fn(async ({ key, input, signal, exec }) => {
        signal.addEventListener('abort', () => tell({ type: 'aborted', key, atMs: nowMs() }));
        const program = exec({ run: toProgram(input) });
        tell({ type: 'running', key });
        await program.catch(() => {});
        tell({ type: 'over', key, atMs: nowMs() });
      }),
    },
    moderator: () => ({ role: 'wait' }),
  },
);

const threeRounds = defineWorkflow(
  { name: 'three', description: 'Does nothing three times.', input: z.unknown(), maxRounds: 3 },
  {
    roles: { nothing: fn(() => {}) },
    moderator: ({ history }) => (history.length < 3 ? { role: 'nothing' } : { end: 'done' }),
  },
);

const pulse = await openPulse({ url: process.env.DATABASE_URL as string });
const definitions = [waits, threeRounds];
const adapter = await startAdapter({ pulse, definitions, home: process.env.PULSE_HOME as string, concurrency: 256 });
const start = (name: string, key: string, input: Json = {}) =>
  pulse.append({ key, events: [{ kind: `${name}.__start__`, payload: { input } }], actor });

const ends = new Map<string, () => void>();
const following = new AbortController();
const after = await pulse.head();

async function follow(): Promise<void> {
  for await (const { entry } of pulse.tail({ after, kind: 'three.__end__', signal: following.signal })) {
    ends.get(entry.key)?.();
    ends.delete(entry.key);
  }
}

let workflows = 0;
async function runThree(): Promise<void> {
  workflows += 1;
  const key = `three-${workflows}`;
  const ended = new Promise<void>((resolve) => ends.set(key, resolve));
  await start('three', key);
  await ended;
}

process.on('message', async (message: ToEngine) => {
  if (message.type === 'start') await start('waits', message.key, message.pidFile);
  else tell({ type: 'measured', perSecond: await measureRate(message.inFlight, message.durationMs, () => runThree) });
});
process.on('disconnect', async () => {
  following.abort();
  await adapter.stop();
  await pulse.close();
});
void follow();
tell({ type: 'ready' });
