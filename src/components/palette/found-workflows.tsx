'use client';
import { Command } from 'cmdk';
import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { Status } from '../ui/status.tsx';
import { toWorkflowHref } from '../workflow/href.ts';
import { plainList, toListHref } from '../workflows/list-params.ts';
import { useWorkflowList } from '../workflows/use-workflow-list.ts';
import { PaletteItem } from './palette-item.tsx';

const most = 6;

/** What the values of workflows begin with: the server has searched them, so the palette's own filter lets them pass. */
export const foundPrefix = 'workflow ';

/** No workflow's: keys begin with no space. */
const seeAll = `${foundPrefix} all`;

/** The newest workflows that hold the text. Until they are read those found before stay, and can not be chosen. */
export function FoundWorkflows({
  heading,
  text,
  search,
  onOpen,
}: {
  heading: string;
  /** What is typed now. */
  text: string;
  /** What the server is asked for: the text, once nothing is typed for a moment. */
  search: string;
  onOpen: (href: string) => void;
}) {
  const t = useTranslations('palette');
  const params = { ...plainList, tab: 'all', search } as const;
  const { data, isPlaceholderData } = useWorkflowList(params);
  const isAnswer = search === text && data !== undefined && !isPlaceholderData;
  const group = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isAnswer || text === '') return;
    // The palette sorts what has come, and selects anew only when something is typed.
    const frame = requestAnimationFrame(() => group.current && selectFirst(group.current));
    return () => cancelAnimationFrame(frame);
  }, [isAnswer, text]);
  const items = data?.pages[0]?.items ?? [];
  const found = items.slice(0, most);
  if (found.length === 0) return null;
  return (
    <Command.Group ref={group} heading={heading}>
      {found.map(({ key, status, outcome }) => (
        <PaletteItem
          key={key}
          value={`${foundPrefix}${key}`}
          disabled={!isAnswer}
          onSelect={() => onOpen(toWorkflowHref(key))}
        >
          <span className="truncate font-mono">{key}</span>
          <Status status={status} outcome={outcome} />
        </PaletteItem>
      ))}
      {items.length > most && (
        <PaletteItem value={seeAll} disabled={!isAnswer} onSelect={() => onOpen(toListHref(params))}>
          <span className="text-muted">{t('seeAll')}</span>
        </PaletteItem>
      )}
    </Command.Group>
  );
}

/** By its key, which is all that the palette offers for it. */
function selectFirst(within: Element): void {
  within.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home', bubbles: true }));
}
