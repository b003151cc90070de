import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { startAdapter } from '#adapter/start-adapter.ts';
import { defineWorkflow } from '#domain/definition.ts';
import { command, fn } from '#domain/role.ts';
import { openWhenReachable, readConfig, tell } from './child.ts';
import { adapterRuns, neverComes } from './choose.ts';
import { tellAppends } from './tell-appends.ts';

/** `generations`: how many there are to be below it. Who has a parent stays, until somebody aborts it. */
const Input = z.object({
  rounds: z.number().int(),
  generations: z.number().int().default(0),
  stays: z.boolean().default(false),
});

/**
 * Thinks and runs by turns, as many rounds as its input says, with a pause in between; a round that got lost is done again. While it
 * thinks it starts workflows of its own. In the end it waits for a note, though not for long.
 */
const quick = defineWorkflow(
  { name: adapterRuns, description: 'Takes a few short rounds.', input: Input, maxRounds: 5, delayMs: 10, limit: 5 },
  {
    roles: {
      think: fn(async ({ round, input: { generations }, start, signal }) => {
        if (generations > 0) await start(adapterRuns, { rounds: 1, generations: generations - 1, stays: true });
        await sleep(20, undefined, { signal });
        return { round };
      }),
      run: command({ run: 'sleep 0.03' }),
    },
    moderator: ({ input, round, history, waits }) => {
      const done = history.filter(({ outcome }) => outcome !== 'lost').length;
      if (done < input.rounds) return { role: round % 2 === 0 ? 'run' : 'think' };
      if (input.stays) return { wait: neverComes };
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
