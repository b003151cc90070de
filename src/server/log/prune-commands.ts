import { setTimeout as sleep } from 'node:timers/promises';
import type { PrismaClient } from '../db/client.ts';

const everyMs = 10 * 60_000;
const rowsPerStatement = 5_000;

/** A batch is sent again for seconds; a caller may repeat a command for days. */
const batchesKeptFor = '1 hour';
const commandsKeptFor = '7 days';

/** Forgets the results of commands that nobody will repeat any more, now and then, until `signal` fires. */
export async function keepPruning(prisma: PrismaClient, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(everyMs, undefined, { signal, ref: false }).catch(() => {});
    if (!signal.aborted) await pruneCommands(prisma).catch(() => {}); // The next turn makes up for it.
  }
}

/** Forgets old results, a few thousand a statement, so that no statement takes long. */
export async function pruneCommands(prisma: PrismaClient): Promise<void> {
  let removed = rowsPerStatement;
  while (removed === rowsPerStatement) {
    removed = await prisma.$executeRaw`
      DELETE FROM command WHERE id IN (
        SELECT id FROM command
        WHERE created_at < now() - ${commandsKeptFor}::interval
           OR (created_at < now() - ${batchesKeptFor}::interval AND jsonb_exists(result, 'conflicts'))
        ORDER BY created_at LIMIT ${rowsPerStatement})`;
  }
}
