'use client';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { GuardInfo } from '#domain/guard.ts';
import { useMay } from '../access/viewer.tsx';
import { toEventsHref } from '../events/events-params.ts';
import { Ago } from '../time/time.tsx';
import { buttonClasses } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import type { GuardChange } from './guard-changes.ts';
import { GuardOrigin, GuardStanding } from './guard-standing.tsx';
import { GuardSwitch } from './guard-switch.tsx';

/** One guard: whether it decides, its initial state, and for each kind what must hold and what the state becomes. */
export function GuardTable({ guard, changes }: { guard: GuardInfo; changes: readonly GuardChange[] }) {
  const t = useTranslations('guards');
  const mayChange = useMay('guard:write');
  const { name, initial_value, sources, problem, shipped } = guard;
  const begins = () => <code className="font-mono text-xs break-words text-text">{JSON.stringify(initial_value)}</code>;
  return (
    <section aria-labelledby={name} className="min-w-0 rounded border bg-surface">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b py-2 pr-2 pl-4">
        <h2 id={name} className="min-w-0 font-mono font-semibold break-words">
          {name}
        </h2>
        <GuardStanding guard={guard} />
        <span className="ml-auto flex items-center gap-1">
          <Link
            href={`/guards/draft?${new URLSearchParams({ from: name })}`}
            className={buttonClasses('quiet', 'small')}
          >
            {t('edit')}
          </Link>
          {!shipped && mayChange && <GuardSwitch guard={guard} />}
          <CopyButton text={JSON.stringify({ name, initial_value, sources }, null, 2)} label={t('copy', { name })} />
        </span>
        <p className="w-full text-muted">
          <GuardOrigin guard={guard} /> · {t.rich('begins', { state: begins })}
        </p>
        {problem && <p className="w-full break-words text-aborted">{problem}</p>}
      </header>
      {guard.enabled ? (
        <Sources sources={sources} />
      ) : (
        <details>
          <summary className="rounded px-4 py-2 text-muted hover:text-text">{t('would')}</summary>
          <div className="border-t">
            <Sources sources={sources} />
          </div>
        </details>
      )}
      {changes.length > 0 && (
        <details className="border-t">
          <summary className="rounded px-4 py-2 text-muted hover:text-text">{t('history')}</summary>
          <Changes changes={changes} />
        </details>
      )}
    </section>
  );
}

function Changes({ changes }: { changes: readonly GuardChange[] }) {
  const t = useTranslations('guards');
  return (
    <ol className="border-t">
      {changes.map(({ event, version, enabled }) => {
        const what = version ? t('applied', { version: version.slice(0, 8) }) : t(enabled ? 'enabled' : 'disabled');
        return (
          <li key={event.position} className="flex flex-wrap gap-x-3 px-4 py-1 not-last:border-b">
            <span>
              {t.rich('change', {
                what: () => <span className="font-medium">{what}</span>,
                who: event.actor.name,
                via: event.actor.via,
                ago: () => <Ago at={event.occurredAt} />,
              })}
            </span>
            <span className="text-muted sm:ml-auto">{t('at', { position: event.position })}</span>
          </li>
        );
      })}
    </ol>
  );
}

function Sources({ sources }: { sources: GuardInfo['sources'] }) {
  const t = useTranslations('guards');
  return (
    <table className="block w-full md:table md:table-fixed">
      <thead className="hidden text-left text-xs text-muted md:table-header-group">
        <tr className="border-b">
          <th scope="col" className="w-52 px-4 py-1.5 font-normal">
            {t('kinds')}
          </th>
          <th scope="col" className="px-4 py-1.5 font-normal">
            {t('check')}
          </th>
          <th scope="col" className="px-4 py-1.5 font-normal">
            {t('transition')}
          </th>
        </tr>
      </thead>
      <tbody className="block md:table-row-group">
        {sources.map(({ kind, check, transition }) => (
          <tr key={kind} className="block border-b py-2 last:border-b-0 md:table-row md:py-0">
            <th scope="row" className="block px-4 py-1 text-left align-top font-normal md:table-cell md:py-2">
              <Link href={toEventsHref({ kind })} className="rounded font-mono text-xs font-medium hover:underline">
                {kind}
              </Link>
            </th>
            <td className="block px-4 py-1 align-top md:table-cell md:py-2">
              <span className="text-xs text-muted md:hidden">{t('mustHold')}</span>
              <Expression text={check} />
            </td>
            <td className="block px-4 py-1 align-top md:table-cell md:py-2">
              <span className="text-xs text-muted md:hidden">{t('thenBecomes')}</span>
              <Expression text={transition} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** JSONata, broken where its logic is. */
function Expression({ text }: { text: string }) {
  return (
    <code className="block font-mono text-xs leading-5 break-words whitespace-pre-wrap">
      {text.replace(/ (and|or|\?|:) /g, '\n  $1 ')}
    </code>
  );
}
