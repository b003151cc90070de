import type { History } from '../history.ts';
import type { Journal } from '../journal.ts';
import { readOperation } from './check-operations.ts';
import { groupBy } from './group-by.ts';

/** Every lease has an epoch of its own, and nothing is accepted under it once the lease was somebody else's. */
export function checkEpochs({ events }: History, { operations, claims }: Journal): string[] {
  const problems: string[] = [];
  for (const [lease, takers] of groupBy(claims, ({ key, epoch }) => `epoch ${epoch} of ${key}`)) {
    const holders = [...new Set(takers.map(({ by }) => by))];
    if (holders.length > 1) problems.push(`${lease} was taken by ${holders.join(' and ')}`);
  }
  const claimsByKey = groupBy(claims, ({ key }) => key);
  const newest = new Map<string, number>();
  for (const { key, kind, position, payload } of events) {
    const operation = operations.get(readOperation(payload));
    if (operation?.epoch === undefined) continue;
    const { epoch, invokedAtMs } = operation;
    const what = `${kind} of ${key} at ${position} was accepted under epoch ${epoch}`;
    const before = newest.get(key) ?? 0;
    if (epoch < before) problems.push(`${what}, after one under epoch ${before}`);
    newest.set(key, Math.max(before, epoch));
    const later = claimsByKey.get(key)?.find((claim) => claim.epoch > epoch && claim.atMs < invokedAtMs);
    if (later)
      problems.push(`${what}, and had been asked ${invokedAtMs - later.atMs} ms after epoch ${later.epoch} was taken`);
  }
  return problems;
}
