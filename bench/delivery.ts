import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Actor } from '../src/domain/actor.ts';
import { openPulse, type Pulse } from '../src/server/pulse.ts';
import { withDatabase } from './database.ts';
import { type FromWorker, probeKey } from './delivery-worker.ts';
import { percentile } from './measure.ts';
import { nextMessage } from './messages.ts';

const probes = 400;
const warmUps = 20;
const callers = 256;
const pauseMs = 5;
const actor: Actor = { type: 'system', id: 'bench', name: 'bench', via: 'api' };
const payload = { note: 'a payload of about a hundred bytes, as an event of a real workflow might carry it' };

/** From the commit of an event to a subscriber of the tail in another process, idle and while 256 callers append. */
export async function benchDelivery(): Promise<void> {
  await withDatabase(async (url) => {
    const worker = fork(fileURLToPath(new URL('./delivery-worker.ts', import.meta.url)), {
      env: { ...process.env, DELIVERY_URL: url },
    });
    await nextMessage<FromWorker, 'ready'>(worker, 'ready');
    const [prober, saturator] = [await openPulse({ url }), await openPulse({ url })];
    await probe(prober, worker, warmUps);
    report('idle', await probe(prober, worker, probes));
    const load = saturate(saturator);
    await probe(prober, worker, warmUps);
    const tookMs = await probe(prober, worker, probes);
    const rate = await load.stop();
    report(`while ${callers} callers append ${rate.toFixed(0)} events/s`, tookMs);
    const ended = once(worker, 'exit');
    worker.disconnect();
    await ended;
    await Promise.all([prober.close(), saturator.close()]);
  });
}

/**
 * Appends events one at a time.
 *
 * **Shape** how long after the commit the worker had each, in ms. The commit is known from its answer, which comes as late as
 * the notification: some are below zero.
 */
async function probe(pulse: Pulse, worker: ChildProcess, times: number): Promise<number[]> {
  const tookMs: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const delivered = nextMessage<FromWorker, 'delivered'>(worker, 'delivered');
    await pulse.append({ key: probeKey, events: [{ kind: 'bench.noted', payload }], actor });
    const committedMs = performance.timeOrigin + performance.now();
    const { atMs } = await delivered;
    tookMs.push(atMs - committedMs);
    await sleep(pauseMs);
  }
  return tookMs;
}

/** Appends from many callers until it is told to stop. **Shape** its `stop` gives the appends per second. */
function saturate(pulse: Pulse): { stop(): Promise<number> } {
  const beginMs = performance.now();
  let appends = 0;
  let isOver = false;
  const call = async (caller: number) => {
    for (; !isOver; appends += 1) {
      await pulse.append({ key: `k-${caller}`, events: [{ kind: 'bench.noted', payload }], actor });
    }
  };
  const calls = Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
  return {
    stop: async () => {
      isOver = true;
      const perSecond = (appends / (performance.now() - beginMs)) * 1_000;
      await calls;
      return perSecond;
    },
  };
}

function report(when: string, tookMs: number[]): void {
  const [p50, p99] = [50, 99].map((percent) => percentile(tookMs, percent).toFixed(1));
  console.log(`commit → subscriber in another process, ${tookMs.length} times, ${when}: p50 ${p50} ms, p99 ${p99} ms`);
}
