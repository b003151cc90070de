import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { startAdapter } from '../src/adapter/start-adapter.ts';
import { defineWorkflow } from '../src/domain/definition.ts';
import { fn } from '../src/domain/role.ts';
import { openPulse } from '../src/server/pulse.ts';

/** What the worker tells: how much of a processor it needed, or that a role runs, by the machine's clock. */
export type FromWorker =
  | { type: 'ready' }
  | { type: 'measured'; cpuMs: number }
  | { type: 'running'; key: string; atMs: number };

const tell = (message: FromWorker) => process.send?.(message);

const approving = defineWorkflow(
  { name: 'approving', description: 'Goes on once it is approved.', input: z.unknown(), maxRounds: 1 },
  {
    roles: {
      work: fn(({ key }) => {
        tell({ type: 'running', key, atMs: performance.timeOrigin + performance.now() });
      }),
    },
    moderator: ({ history }) => (history.length > 0 ? { end: 'done' } : { role: 'work' }),
  },
);

const pulse = await openPulse({ url: process.env.DATABASE_URL as string });
const adapter = await startAdapter({ pulse, definitions: [approving], home: process.env.PULSE_HOME as string });
process.on('message', async ({ forMs }: { forMs: number }) => {
  const before = process.cpuUsage();
  await sleep(forMs);
  const { user, system } = process.cpuUsage(before);
  tell({ type: 'measured', cpuMs: (user + system) / 1_000 });
});
process.on('disconnect', async () => {
  await adapter.stop();
  await pulse.close();
});
tell({ type: 'ready' });
