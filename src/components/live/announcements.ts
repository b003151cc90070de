import type { useTranslations } from 'next-intl';
import type { TimelineEntry } from '#domain/event.ts';
import { control, splitKind } from '#domain/kind.ts';

/** What to tell someone who listens to the page about entries that have arrived; empty when no status changed. */
export function announce(
  t: ReturnType<typeof useTranslations<'shell.announce'>>,
  entries: readonly TimelineEntry[],
): string {
  const changes = entries.flatMap((entry) => {
    if (entry.type === 'refusal') return [];
    const { tail } = splitKind(entry.kind);
    if (tail === control.start) return [t('started', { key: entry.key })];
    if (tail === control.abort) return [t('aborted', { key: entry.key, who: entry.actor.name })];
    if (tail === control.end) return [t('ended', { key: entry.key })];
    return [];
  });
  return changes.length > 3 ? t('many', { count: changes.length }) : changes.join(', ');
}
