import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openPulse, type Pulse } from '../src/server/pulse.ts';
import { withDatabase } from './database.ts';
import type { FromWorker } from './idle-worker.ts';
import { percentile } from './measure.ts';
import { nextMessage } from './messages.ts';
import { actor } from './workload.ts';

const waiting = 10_000;
const forMs = 30_000;
const settleMs = 6_000;
const samples = 200;
const kind = 'deploy.approved';

/** What an adapter without work costs, with nothing to wait for and with ten thousand workflows that wait, and how soon one goes on. */
export async function benchIdle(): Promise<void> {
  await withDatabase(async (url) => {
    const home = await mkdtemp(join(tmpdir(), 'pulse-bench-'));
    const worker = fork(fileURLToPath(new URL('./idle-worker.ts', import.meta.url)), {
      env: { ...process.env, DATABASE_URL: url, PULSE_HOME: home },
    });
    const pulse = await openPulse({ url });
    await nextMessage<FromWorker, 'ready'>(worker, 'ready');
    await measure(worker, pulse, 'nothing to wait for');
    await startWaiting(pulse);
    await measure(worker, pulse, `${waiting.toLocaleString('en-US')} workflows waiting`);
    const tookMs: number[] = [];
    for (let index = 0; index < samples; index += 1) {
      const running = nextMessage<FromWorker, 'running'>(worker, 'running');
      const beganAtMs = performance.timeOrigin + performance.now();
      await pulse.append({ key: `waits-${index * 7}`, events: [{ kind, payload: null }], actor });
      tookMs.push((await running).atMs - beganAtMs);
    }
    const [p50, p99] = [50, 99].map((percent) => percentile(tookMs, percent).toFixed(1));
    console.log(
      `  what one waits for → its role runs in another process, ${samples} times: p50 ${p50} ms, p99 ${p99} ms`,
    );
    worker.disconnect();
    await once(worker, 'exit');
    await pulse.close();
    await rm(home, { recursive: true, force: true });
  });
}

async function startWaiting(pulse: Pulse): Promise<void> {
  const wait = { kind, resumeAt: new Date(Date.now() + 86_400_000).toISOString(), reason: 'event' };
  const events = [
    { kind: 'approving.__start__', payload: { input: {} } },
    { kind: 'approving.__wait__', payload: wait },
  ];
  for (let first = 0; first < waiting; first += 500) {
    const keys = Array.from({ length: 500 }, (_, index) => `waits-${first + index}`);
    await Promise.all(keys.map((key) => pulse.append({ key, events, actor })));
  }
}

async function measure(worker: ChildProcess, { prisma }: Pulse, what: string): Promise<void> {
  const countTransactions = async () => {
    const [row] = await prisma.$queryRaw<[{ count: number }]>`
      SELECT xact_commit::int AS count FROM pg_stat_database WHERE datname = current_database()`;
    return row.count;
  };
  await sleep(settleMs);
  const before = await countTransactions();
  const measured = nextMessage<FromWorker, 'measured'>(worker, 'measured');
  worker.send({ forMs });
  const { cpuMs } = await measured;
  await sleep(settleMs); // Backends tell of their transactions a moment later.
  const transactions = (await countTransactions()) - before;
  const share = ((cpuMs / forMs) * 100).toFixed(2);
  console.log(
    `idle adapter, ${what}: ${cpuMs.toFixed(0)} ms of a processor in ${forMs / 1_000} s (${share} %),` +
      ` ${transactions} transactions of all processes in ${(forMs + settleMs) / 1_000} s`,
  );
}
