import { z } from 'zod';
import { startAdapter } from '../src/adapter/start-adapter.ts';
import { defineWorkflow, fn } from '../src/domain/definition.ts';
import { openPulse } from '../src/server/pulse.ts';

/** What the worker tells: that a role runs, or the moment at which its signal fired, by the machine's clock. */
export type FromWorker = { type: 'ready' } | { type: 'running' } | { type: 'aborted'; atMs: number };

const tell = (message: FromWorker) => process.send?.(message);

const waits = defineWorkflow(
  { name: 'waits', description: 'Waits until it is aborted.', input: z.unknown(), maxRounds: 1 },
  {
    roles: {
      wait: fn(async ({ signal }) => {
        const fired = new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            tell({ type: 'aborted', atMs: performance.timeOrigin + performance.now() });
            resolve();
          });
        });
        tell({ type: 'running' });
        await fired;
      }),
    },
    moderator: () => ({ role: 'wait' }),
  },
);

const pulse = await openPulse({ url: process.env.DATABASE_URL as string });
const adapter = await startAdapter({ pulse, definitions: [waits], home: process.env.PULSE_HOME as string });
process.on('disconnect', async () => {
  await adapter.stop();
  await pulse.close();
});
tell({ type: 'ready' });
