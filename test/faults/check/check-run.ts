import type { History } from '../history.ts';
import type { Journal } from '../journal.ts';
import { checkChildren } from './check-children.ts';
import { checkEpochs } from './check-epochs.ts';
import { checkLog } from './check-log.ts';
import { checkOperations, checkOrder } from './check-operations.ts';
import { checkState } from './check-state.ts';
import { checkSubscriptions } from './check-subscriptions.ts';
import { checkTurns } from './check-turns.ts';

/**
 * Holds what is stored against all that was told. With `unrest` the run was broken off, so that subscribers need not have
 * seen everything.
 *
 * **Shape** what is wrong, in sentences; none when all promises were kept.
 */
export async function checkRun(history: History, journal: Journal, unrest?: string): Promise<string[]> {
  return [
    ...(unrest === undefined ? [] : [unrest]),
    ...journal.broken,
    ...checkLog(history),
    ...(await checkState(history)),
    ...checkTurns(history),
    ...checkChildren(history),
    ...checkOperations(history, journal),
    ...checkOrder(history, journal),
    ...checkEpochs(history, journal),
    ...(unrest === undefined ? checkSubscriptions(history, journal) : []),
  ];
}
