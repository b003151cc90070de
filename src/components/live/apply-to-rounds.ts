import type { InfiniteData } from '@tanstack/react-query';
import { foldRound, type Round } from '#domain/round.ts';
import { isCovered, type LiveEntry, laterOf } from './entry.ts';

/** Pages of a workflow's rounds, backwards: the first page has the latest. */
export type RoundsLog = InfiniteData<
  { rounds: readonly Round[]; before: number | null; asOf: string },
  number | undefined
>;

/** Folds new events into the latest rounds. **Shape** the same log when nothing changed. */
export function applyToRounds(log: RoundsLog, key: string, entries: readonly LiveEntry[]): RoundsLog {
  const page = log.pages[0];
  if (!page) return log;
  let { rounds, asOf } = page;
  for (const { entry, cursor } of entries) {
    if (entry.type !== 'event' || entry.key !== key || isCovered(page.asOf, entry)) continue;
    const next = foldRound(rounds, entry);
    if (next === rounds) continue;
    rounds = next;
    asOf = laterOf(asOf, cursor);
  }
  return rounds === page.rounds ? log : { ...log, pages: log.pages.with(0, { ...page, rounds, asOf }) };
}
