'use client';
import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { formatExact } from '../time/format-time.ts';
import { useInBrowser } from '../time/now.tsx';
import { type ListParams, plainList } from './list-params.ts';

/** The filters that are set and an order that is not the usual one, each with a way to take it away. */
export function FilterChips({ params, onChange }: { params: ListParams; onChange: (params: ListParams) => void }) {
  const t = useTranslations('list.filter');
  const zone = useInBrowser() ? 'local' : 'utc';
  const { name, by, parent, after, before, order } = params;
  const [from, until] = [after, before].map((at) => at && formatExact(at, zone).slice(0, 16));
  const chips = [
    name && { text: t('chipName', { name }), without: { name: '' } },
    after && before
      ? { text: t('chipBetween', { from: from ?? '', until: until ?? '' }), without: { after: '', before: '' } }
      : after
        ? { text: t('chipAfter', { from: from ?? '' }), without: { after: '' } }
        : before && { text: t('chipBefore', { until: until ?? '' }), without: { before: '' } },
    parent && { text: t('chipParent', { key: parent }), without: { parent: '' } },
    by && { text: t('chipBy', { name: by }), without: { by: '' } },
    order === 'asc' && { text: t('oldest'), without: { order: plainList.order } },
  ].filter((chip) => typeof chip === 'object');
  if (chips.length === 0) return null;
  return (
    <ul aria-label={t('title')} className="flex flex-wrap gap-1.5 px-4 pb-3 lg:px-6">
      {chips.map(({ text, without }) => (
        <li key={text} className="flex max-w-full items-center rounded border bg-surface pl-2 text-xs">
          <span className="truncate">{text}</span>
          <button
            type="button"
            aria-label={t('remove', { filter: text })}
            onClick={() => onChange({ ...params, ...without })}
            className="grid size-6 shrink-0 place-items-center rounded text-muted hover:text-text"
          >
            <X className="size-3" aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}
