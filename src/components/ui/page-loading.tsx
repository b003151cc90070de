import { useTranslations } from 'next-intl';

/** A page that is on its way. */
export function PageLoading() {
  const t = useTranslations('ui');
  return (
    <div role="status" aria-label={t('loading')} className="flex flex-col gap-4 px-4 pt-4 lg:px-6">
      <span className="breathe h-6 w-40 rounded bg-raised" />
      <span className="breathe h-9 rounded bg-raised" />
      <span className="breathe h-9 rounded bg-raised" />
      <span className="breathe h-9 rounded bg-raised" />
    </div>
  );
}
