import type { Cursor } from '#domain/cursor.ts';
import { type Database, openClient, type PrismaClient } from './db/client.ts';
import { type DefinitionSet, shipped } from './definitions.ts';
import { keepPruning } from './keep-pruning.ts';
import { type ReleaseHints, watchReleases } from './leases/release-hints.ts';
import { type Append, type Appender, createAppend } from './log/append.ts';
import { readHead } from './log/read.ts';
import { startTailer, type Tailer } from './log/tail.ts';
import { createOutputHints, type OutputHints } from './output/output-hints.ts';

/** The server module at work: one log with its two ways through, `append` and `tail`. */
export interface Pulse {
  prisma: PrismaClient;
  url: string;
  /** What can be started. */
  definitions: DefinitionSet;
  append: Append;
  readForAppend: Appender['readForAppend'];
  tail: Tailer['tail'];
  tailPages: Tailer['tailPages'];
  watchOutput: OutputHints['watch'];
  /** Calls back whenever an adapter other than this one has given a lease back. **Errors** `UNAVAILABLE` */
  watchReleases(adapterId: string, onRelease: () => void): Promise<ReleaseHints>;
  /** Where the log ends now, read from the database. */
  head(): Promise<Cursor>;
  /** Why this process is not following the log right now, or undefined when it is. */
  tailProblem(): string | undefined;
  /** Fires when the process begins to close it. */
  closed: AbortSignal;
  close(): Promise<void>;
}

/**
 * Opens the log of a migrated database.
 *
 * **Errors** whatever connecting gives when the database can't be reached.
 */
export async function openPulse({
  url,
  directUrl = url,
  definitions = shipped,
  now,
  heartbeatMs,
  outputDays = 7,
}: {
  url: string;
  /** The same database without a pooler in between, for LISTEN. Default: `url`. */
  directUrl?: string | undefined;
  /** What can be started. Default: what ships. */
  definitions?: DefinitionSet | undefined;
  now?: () => Date;
  /** How often to look for entries that no notification told of. Default: 5000. */
  heartbeatMs?: number;
  /** How long to keep what roles print. Default: 7. */
  outputDays?: number | undefined;
}): Promise<Pulse> {
  const database: Database = openClient(url);
  const { prisma, pool } = database;
  try {
    const closing = new AbortController();
    const tailer = await startTailer({ prisma, url: directUrl, heartbeatMs });
    const outputHints = createOutputHints(directUrl, heartbeatMs);
    const pruning = keepPruning(prisma, outputDays, closing.signal);
    return {
      prisma,
      url,
      definitions,
      ...createAppend({ prisma, pool, onCommit: tailer.wake, ...(now && { now }) }),
      tail: tailer.tail,
      tailPages: tailer.tailPages,
      watchOutput: outputHints.watch,
      watchReleases: (adapterId, onRelease) => watchReleases(directUrl, adapterId, onRelease),
      head: () => readHead(prisma),
      tailProblem: tailer.problem,
      closed: closing.signal,
      close: async () => {
        closing.abort();
        await Promise.all([tailer.close(), outputHints.close(), pruning]);
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
