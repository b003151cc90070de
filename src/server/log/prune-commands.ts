import { setTimeout as sleep } from 'node:timers/promises';
import type { PrismaClient } from '../db/client.ts';

const everyMs = 10 * 60_000;
const rowsPerStatement = 5_000;

/** Forgets the results of commands that nobody will repeat any more, now and then, until `signal` fires. */
export async function keepPruning(prisma: PrismaClient, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(everyMs, undefined, { signal, ref: false }).catch(() => {});
    if (signal.aborted) return;
    await pruneCommands(prisma).catch((error: Error) =>
      console.error(`Old commands were not removed: ${error.message}`),
    );
  }
}

/** Forgets old results, a few thousand a statement, so that no statement takes long. */
export async function pruneCommands(prisma: PrismaClient): Promise<void> {
  let removed = rowsPerStatement;
  while (removed === rowsPerStatement) {
    removed = await prisma.$executeRaw`
      DELETE FROM command WHERE id IN (
        SELECT id FROM command WHERE expires_at < now() ORDER BY expires_at LIMIT ${rowsPerStatement})`;
  }
}
