import { setTimeout as sleep } from 'node:timers/promises';
import { parseCursor } from '#domain/cursor.ts';
import { claimWorkflows } from '#server/leases/claim-workflows.ts';
import type { Pulse } from '#server/pulse.ts';
import { onOrder, openWhenReachable, readConfig, tell } from './child.ts';
import { workersRun } from './choose.ts';
import { readClockMs } from './journal.ts';
import { createRandom } from './random.ts';
import { tellAppends } from './tell-appends.ts';
import { type Known, learn } from './view.ts';
import { work } from './work.ts';

// A process that appends at random, takes leases and follows the log, until it is told to stop asking.
const { name, seed, url, elapsedMs, after } = readConfig();
const stopping = new AbortController();
onOrder('stop', () => stopping.abort());
const begun = new Promise<void>((resolve) => (elapsedMs === null ? onOrder('begin', resolve) : resolve()));
const pulse = await openWhenReachable(url);
const view = new Map<string, Known>();
const leases = new Map<string, number>();
const append = tellAppends(pulse.append, name, tell);
void follow(pulse);
await tell({ type: 'ready' });
await begun;
void claimAtRandom(pulse);
const beganAtMs = Date.now() - (elapsedMs ?? 0);
await work({ name, seed, append, view, leases, beganAtMs, isWhole: true, stopping: stopping.signal });
await tell({ type: 'rested' });

async function follow({ tail, prisma }: Pulse): Promise<void> {
  const { signal } = new AbortController();
  let cursor = parseCursor(after ?? '');
  for (;;) {
    try {
      cursor ??= { logId: (await prisma.logHead.findFirstOrThrow()).logId, position: 0, refusals: 0 };
      for await (const { cursor: next, entry } of tail({ after: cursor, signal })) {
        cursor = next;
        learn(view, entry);
        void tell({ type: 'seen', cursor, entry });
      }
    } catch (error) {
      console.error(`not following: ${(error as Error).message}`);
      await sleep(50);
    }
  }
}

/** Takes leases that soon run out, so that the workers fence one another off. What they held they go on using. */
async function claimAtRandom(pulse: Pulse): Promise<void> {
  const random = createRandom(seed, `${name}/claims`);
  while (!stopping.signal.aborted) {
    await sleep(random.int(20, 150));
    const asking = claimWorkflows(pulse, {
      adapterId: name,
      names: [workersRun],
      limit: random.int(1, 3),
      ttlMs: random.int(30, 200),
    });
    for (const { key, epoch } of await asking.catch(() => [])) {
      void tell({ type: 'claimed', by: name, key, epoch, atMs: readClockMs() });
      leases.set(key, epoch);
    }
  }
}
