'use client';
import { useQuery } from '@tanstack/react-query';
import { ListFilter as Icon } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Popover } from 'radix-ui';
import { useId } from 'react';
import { useTRPC } from '../trpc/trpc.ts';
import { Button } from '../ui/button.tsx';
import { countFilters, type ListParams, withoutFilters } from './list-params.ts';
import { fieldClasses, StartedFilter } from './started-filter.tsx';

/** Narrows the list: by definition, by when it was started, by whom; and says in which order it stands. */
export function Filters({
  params,
  people,
  onChange,
}: {
  params: ListParams;
  /** Names to choose from. */
  people: readonly string[];
  onChange: (params: ListParams) => void;
}) {
  const t = useTranslations('list.filter');
  const id = useId();
  const trpc = useTRPC();
  const { data: definitions = [] } = useQuery(trpc.definition.list.queryOptions());
  const names = [...new Set([...definitions.map(({ name }) => name), ...(params.name ? [params.name] : [])])].sort();
  const set = countFilters(params);
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button aria-label={set > 0 ? `${t('label')}: ${t('set', { count: set })}` : t('label')} size="tight">
          <Icon aria-hidden />
          <span className="max-sm:sr-only">{t('label')}</span>
          {set > 0 && <span className="rounded bg-raised px-1 text-xs">{set}</span>}
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label={t('title')}
          className="z-40 flex max-h-(--radix-popover-content-available-height) w-80 max-w-[calc(100vw-16px)] flex-col gap-4 overflow-y-auto rounded border bg-surface p-4"
        >
          <label htmlFor={`${id}-name`} className="flex flex-col gap-1 font-medium">
            {t('definition')}
            <select
              id={`${id}-name`}
              value={params.name}
              onChange={(event) => onChange({ ...params, name: event.target.value })}
              className={`${fieldClasses} font-normal`}
            >
              <option value="">{t('any')}</option>
              {names.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
          <StartedFilter params={params} onChange={onChange} />
          <label htmlFor={`${id}-by`} className="flex flex-col gap-1 font-medium">
            {t('by')}
            <input
              id={`${id}-by`}
              key={params.by}
              list={`${id}-people`}
              defaultValue={params.by}
              placeholder={t('anyone')}
              autoComplete="off"
              onBlur={(event) => onChange({ ...params, by: event.target.value.trim() })}
              onKeyDown={(event) =>
                event.key === 'Enter' && onChange({ ...params, by: event.currentTarget.value.trim() })
              }
              className={`${fieldClasses} font-normal`}
            />
            <datalist id={`${id}-people`}>
              {people.map((person) => (
                <option key={person} value={person} />
              ))}
            </datalist>
          </label>
          <label htmlFor={`${id}-order`} className="flex flex-col gap-1 font-medium">
            {t('order')}
            <select
              id={`${id}-order`}
              value={params.order}
              onChange={(event) => onChange({ ...params, order: event.target.value === 'asc' ? 'asc' : 'desc' })}
              className={`${fieldClasses} font-normal`}
            >
              <option value="desc">{t('newest')}</option>
              <option value="asc">{t('oldest')}</option>
            </select>
          </label>
          {set > 0 && <Button onClick={() => onChange(withoutFilters(params))}>{t('clear')}</Button>}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
