'use client';
import { Command } from 'cmdk';
import { useTranslations } from 'next-intl';
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

/** The newest workflows that hold the text. */
export function FoundWorkflows({
  heading,
  search,
  onOpen,
}: {
  heading: string;
  search: string;
  onOpen: (href: string) => void;
}) {
  const t = useTranslations('palette');
  const params = { ...plainList, tab: 'all', search } as const;
  const { data } = useWorkflowList(params);
  const items = data?.pages[0]?.items ?? [];
  const found = items.slice(0, most);
  if (found.length === 0) return null;
  return (
    <Command.Group heading={heading}>
      {found.map(({ key, status, outcome }) => (
        <PaletteItem key={key} value={`${foundPrefix}${key}`} onSelect={() => onOpen(toWorkflowHref(key))}>
          <span className="truncate font-mono">{key}</span>
          <Status status={status} outcome={outcome} />
        </PaletteItem>
      ))}
      {items.length > most && (
        <PaletteItem value={seeAll} onSelect={() => onOpen(toListHref(params))}>
          <span className="text-muted">{t('seeAll')}</span>
        </PaletteItem>
      )}
    </Command.Group>
  );
}
