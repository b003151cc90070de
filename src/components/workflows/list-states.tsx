'use client';
import { CircleCheck, FilterX, Inbox, OctagonX, SearchX, ServerCrash } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { StartButton } from '../start/start-button.tsx';
import { useErrorMessage } from '../trpc/use-error-message.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { StateMessage } from '../ui/state-message.tsx';
import { countFilters, type ListParams, toListHref } from './list-params.ts';

/** The list while it is being read. */
export function ListLoading() {
  const t = useTranslations('list');
  return (
    <div role="status" aria-label={t('loading')} className="border-t">
      {Array.from({ length: 8 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all alike
        <div key={index} className="flex h-11 items-center gap-4 border-b px-4 lg:px-6">
          <span className="breathe h-3 w-16 rounded bg-raised" />
          <span className="breathe h-3 w-40 rounded bg-raised" />
          <span className="breathe h-3 grow rounded bg-raised" />
        </div>
      ))}
    </div>
  );
}

export function ListFailed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useTranslations('list');
  const sayError = useErrorMessage();
  return (
    <div role="alert">
      <StateMessage icon={ServerCrash} title={t('failed')} action={<Button onClick={onRetry}>{t('retry')}</Button>}>
        {sayError(error)}
      </StateMessage>
    </div>
  );
}

/** No rows: because of the search or the filters, or because there is nothing of the kind. */
export function NothingFound({
  params,
  onClearSearch,
  onClearFilters,
}: {
  params: ListParams;
  onClearSearch: () => void;
  onClearFilters: () => void;
}) {
  const t = useTranslations('list');
  if (params.search) {
    return (
      <StateMessage
        icon={SearchX}
        title={t('empty.search', { search: params.search })}
        action={
          <>
            <Button onClick={onClearSearch}>{t('search.clear')}</Button>
            {countFilters(params) > 0 && <Button onClick={onClearFilters}>{t('filter.clear')}</Button>}
            {params.tab !== 'all' && (
              <Link href={toListHref({ ...params, tab: 'all' })} prefetch={false} className={buttonClasses()}>
                {t('search.inAll')}
              </Link>
            )}
          </>
        }
      >
        {t(params.tab === 'all' ? 'empty.searchAboutAll' : 'empty.searchAbout')}
      </StateMessage>
    );
  }
  if (countFilters(params) > 0) {
    return (
      <StateMessage
        icon={FilterX}
        title={t('empty.filters')}
        action={<Button onClick={onClearFilters}>{t('filter.clear')}</Button>}
      >
        {t('empty.filtersAbout')}
      </StateMessage>
    );
  }
  if (params.tab === 'aborted') {
    return (
      <StateMessage icon={OctagonX} title={t('empty.aborted')}>
        {t('empty.abortedAbout')}
      </StateMessage>
    );
  }
  if (params.tab === 'ended') {
    return (
      <StateMessage icon={CircleCheck} title={t('empty.ended')}>
        {t('empty.endedAbout')}
      </StateMessage>
    );
  }
  return (
    <StateMessage icon={Inbox} title={t('empty.active')} action={<StartButton />}>
      {t.rich('empty.activeAbout', { code: (command) => <code>{command}</code> })}
    </StateMessage>
  );
}
