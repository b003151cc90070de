'use client';
import { useTranslations } from 'next-intl';
import { type ReactNode, useDeferredValue, useEffect, useMemo } from 'react';
import { readError } from '../trpc/errors.ts';
import { useErrorMessage } from '../trpc/use-error-message.ts';
import { Button } from '../ui/button.tsx';
import { NewButton } from '../ui/new-button.tsx';
import { useHeldRows } from '../ui/use-held-rows.ts';
import { joinPages, placeOf } from './read-trail.ts';
import { type TrailInput, type TrailView, toTrailFilter, toTrailQuery } from './trail-params.ts';
import { TrailRows } from './trail-rows.tsx';
import { TrailTools } from './trail-tools.tsx';
import { useTrail } from './use-trail.ts';

/** A workflow's audit trail: events and refusals, growing as they are written. */
export function Trail({
  input,
  view,
  onChange,
  onReplay,
  target,
  onLeaveTarget,
  children,
}: {
  input: TrailInput;
  view: TrailView;
  onChange: (change: Partial<TrailView>) => void;
  /** Begins to replay; null while that is done. */
  onReplay: (() => void) | null;
  /** The entry to go to, and how often it was asked for. */
  target: { id: string; times: number } | null;
  onLeaveTarget: () => void;
  /** Stands before its tools. */
  children: ReactNode;
}) {
  const t = useTranslations('workflow.trail');
  const say = useErrorMessage();
  const { problem } = toTrailFilter(view.filter);
  const trail = useTrail(input, { enabled: problem === null, byRound: view.mode === 'compact' });
  const entries = useMemo(() => joinPages(trail.data?.pages ?? []), [trail.data]);
  const isNewestFirst = view.order === 'desc';
  const { shown, held, showHeld, isAtTop } = useHeldRows(entries, {
    listId: `${toTrailQuery({ ...view, entry: null })} ${trail.hasPreviousPage}`,
    order: placeOf,
    enabled: isNewestFirst && !trail.hasPreviousPage, // Above it are entries to be read, not news.
  });
  // What comes with the last of what is newer must not push away what is in sight either.
  const hadPreviousPage = useDeferredValue(trail.hasPreviousPage);
  const isFiltered = input.filter !== undefined;
  return (
    <section aria-label={t('title')}>
      <TrailTools workflowKey={input.key} view={view} onChange={onChange} onReplay={onReplay}>
        {children}
      </TrailTools>
      <NewButton held={held} onShow={showHeld} />
      {problem !== null ? (
        <p role="alert" className="m-4 rounded bg-refused-soft px-3 py-2 text-refused lg:mx-6">
          {t('problem', { problem })}
        </p>
      ) : trail.isError && entries.length === 0 ? (
        <div role="alert" className="flex flex-col items-start gap-3 p-4 lg:px-6">
          {input.around !== undefined && readError(trail.error).code === 'INVALID_INPUT' ? (
            <>
              <p>{t('noSuch')}</p>
              <Button onClick={onLeaveTarget}>{t('noSuchAction')}</Button>
            </>
          ) : (
            <>
              <p>{say(trail.error)}</p>
              <Button onClick={() => void trail.refetch()}>{t('retry')}</Button>
            </>
          )}
        </div>
      ) : trail.isPending || (entries.length === 0 && trail.hasNextPage) ? (
        <p role="status" className="breathe p-4 text-muted lg:px-6">
          {t(isFiltered ? 'searching' : 'loading')}
          <ReadOn trail={trail} />
        </p>
      ) : entries.length === 0 ? (
        <div className="px-4 py-12 text-center lg:px-6">
          <p className="font-medium">{t('nothing')}</p>
          <p className="text-muted">{t('nothingAbout')}</p>
        </div>
      ) : (
        <TrailRows
          key={`${view.order} ${view.mode} ${view.at ?? ''}`}
          entries={shown}
          isFiltered={isFiltered}
          view={view}
          onChange={onChange}
          trail={trail}
          keepPlace={!isAtTop || trail.hasPreviousPage || hadPreviousPage || !isNewestFirst}
          target={target}
        />
      )}
    </section>
  );
}

/** A filter that has found nothing yet looks further. */
function ReadOn({
  trail: { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage },
}: {
  trail: ReturnType<typeof useTrail>;
}) {
  useEffect(() => {
    if (hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);
  return null;
}
