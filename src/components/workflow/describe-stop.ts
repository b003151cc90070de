import type { WorkflowWords } from './describe-entry.ts';
import type { PayloadFacts } from './payload-facts.ts';

const known = {
  returned: ['entry.stopped.returned', 'entry.stopped.returnedAfter'],
  abandoned: ['entry.stopped.abandoned', 'entry.stopped.abandonedAfter'],
  disconnected: ['entry.stopped.disconnected', 'entry.stopped.disconnectedAfter'],
  terminated: ['entry.stopped.terminated', 'entry.stopped.terminatedAfter'],
} as const;

/** How a role came to be dead, in words. */
export function describeStop(
  words: WorkflowWords,
  { role: name, how, tookMs }: Pick<PayloadFacts, 'role' | 'how' | 'tookMs'>,
): string {
  const role = name ?? words('entry.theRole');
  if (how === 'lost') return words('entry.stopped.lost', { role });
  if (how !== null && Object.hasOwn(known, how)) {
    const [plain, timed] = known[how as keyof typeof known];
    return tookMs === null ? words(plain, { role }) : words(timed, { role, tookMs });
  }
  if (how === null)
    return tookMs === null
      ? words('entry.stopped.plain', { role })
      : words('entry.stopped.plainAfter', { role, tookMs });
  return tookMs === null
    ? words('entry.stopped.with', { role, how })
    : words('entry.stopped.withAfter', { role, how, tookMs });
}
