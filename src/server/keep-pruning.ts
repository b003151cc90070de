import { setTimeout as sleep } from 'node:timers/promises';
import type { PrismaClient } from './db/client.ts';
import { pruneCommands } from './log/prune-commands.ts';
import { pruneOutput } from './output/prune-output.ts';

const everyMs = 10 * 60_000;

/** Forgets what nobody needs any more, now and then, until `signal` fires: results of commands, and what roles have printed. */
export async function keepPruning(prisma: PrismaClient, outputDays: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(everyMs, undefined, { signal, ref: false }).catch(() => {});
    if (signal.aborted) return;
    await pruneCommands(prisma).catch((error: Error) =>
      console.error(`Old commands were not removed: ${error.message}`),
    );
    await pruneOutput(prisma, outputDays).catch((error: Error) =>
      console.error(`Old output was not removed: ${error.message}`),
    );
  }
}
