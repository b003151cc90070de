import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Actor } from '../src/domain/actor.ts';
import { openPulse } from '../src/server/pulse.ts';
import { abortWorkflow } from '../src/server/workflows/abort.ts';
import type { FromWorker } from './abort-worker.ts';
import { withDatabase } from './database.ts';
import { percentile } from './measure.ts';
import { nextMessage } from './messages.ts';

const samples = 400;
const warmUps = 20;
const actor: Actor = { type: 'system', id: 'bench', name: 'bench', via: 'api' };

/** From the call of `abortWorkflow` here to the role's `AbortSignal` in an adapter of another process. */
export async function benchAbort(): Promise<void> {
  await withDatabase(async (url) => {
    const home = await mkdtemp(join(tmpdir(), 'pulse-bench-'));
    const worker = fork(fileURLToPath(new URL('./abort-worker.ts', import.meta.url)), {
      env: { ...process.env, DATABASE_URL: url, PULSE_HOME: home },
    });
    const pulse = await openPulse({ url });
    await nextMessage<FromWorker, 'ready'>(worker, 'ready');
    const tookMs: number[] = [];
    for (let index = -warmUps; index < samples; index += 1) {
      const key = `waits${index}`;
      const running = nextMessage<FromWorker, 'running'>(worker, 'running');
      await pulse.append({ key, events: [{ kind: 'waits.__start__', payload: { input: {} } }], actor });
      await running;
      const aborted = nextMessage<FromWorker, 'aborted'>(worker, 'aborted');
      const beginMs = performance.timeOrigin + performance.now();
      await abortWorkflow(pulse, { key, reason: 'measured' }, actor);
      const { atMs } = await aborted;
      if (index >= 0) tookMs.push(atMs - beginMs);
    }
    worker.disconnect();
    await once(worker, 'exit');
    await pulse.close();
    await rm(home, { recursive: true, force: true });
    const [p50, p99] = [50, 99].map((percent) => percentile(tookMs, percent).toFixed(1));
    console.log(`abort → AbortSignal in another process, ${samples} times: p50 ${p50} ms, p99 ${p99} ms`);
  });
}
