import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { startAdapter } from '#adapter/start-adapter.ts';
import { command, defineWorkflow, fn } from '#domain/definition.ts';
import { openWhenReachable, readConfig, tell } from './child.ts';
import { adapterRuns } from './choose.ts';
import { tellAppends } from './tell-appends.ts';

const Input = z.object({ rounds: z.number().int() });

/**
 * Thinks and runs by turns, as many rounds as its input says, with a pause in between; a round that got lost is done again. In
 * the end it waits for a note, though not for long.
 */
const quick = defineWorkflow(
  { name: adapterRuns, description: 'Takes a few short rounds.', input: Input, maxRounds: 5, delayMs: 10, limit: 5 },
  {
    roles: {
      think: fn(async ({ round, signal }) => {
        await sleep(20, undefined, { signal });
        return { round };
      }),
      run: command({ run: 'sleep 0.03' }),
    },
    moderator: ({ input, round, history, waits }) => {
      const done = history.filter(({ outcome }) => outcome !== 'lost').length;
      if (done < input.rounds) return { role: round % 2 === 0 ? 'run' : 'think' };
      return waits.length > 0 ? { end: 'done' } : { wait: `${adapterRuns}.note`, timeoutMs: 60 };
    },
  },
);

const { name, url, home } = readConfig();
const leaseTtlMs = 500;

for (let isStarted = false; !isStarted; ) {
  const pulse = await openWhenReachable(url);
  try {
    await startAdapter({
      pulse: { ...pulse, append: tellAppends(pulse.append, name, tell) },
      definitions: [quick],
      home,
      concurrency: 4,
      id: name,
      leaseTtlMs,
      log: (line) => console.error(line),
    });
    isStarted = true;
  } catch (error) {
    console.error(`not started yet: ${(error as Error).message}`);
    await pulse.close();
    await sleep(50);
  }
}
await tell({ type: 'ready' });
