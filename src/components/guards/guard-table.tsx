import Link from 'next/link';
import type { GuardInfo } from '#domain/guard.ts';
import { toEventsHref } from '../events/events-params.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { GuardOrigin, GuardStanding } from './guard-standing.tsx';

/** One guard: whether it decides, its initial state, and for each kind what must hold and what the state becomes. */
export function GuardTable({ guard }: { guard: GuardInfo }) {
  const { name, initial_value, sources, problem } = guard;
  return (
    <section aria-labelledby={name} className="min-w-0 rounded border bg-surface">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b py-2 pr-2 pl-4">
        <h2 id={name} className="min-w-0 font-mono font-semibold break-words">
          {name}
        </h2>
        <GuardStanding guard={guard} />
        <CopyButton
          text={JSON.stringify({ name, initial_value, sources }, null, 2)}
          label={`Copy the definition of ${name}`}
          className="ml-auto"
        />
        <p className="w-full text-muted">
          <GuardOrigin guard={guard} /> · begins as{' '}
          <code className="font-mono text-xs break-words text-text">{JSON.stringify(initial_value)}</code>
        </p>
        {problem && <p className="w-full break-words text-aborted">{problem}</p>}
      </header>
      {guard.enabled ? (
        <Sources sources={sources} />
      ) : (
        <details>
          <summary className="rounded px-4 py-2 text-muted hover:text-text">What it would decide about</summary>
          <div className="border-t">
            <Sources sources={sources} />
          </div>
        </details>
      )}
    </section>
  );
}

function Sources({ sources }: { sources: GuardInfo['sources'] }) {
  return (
    <table className="block w-full md:table md:table-fixed">
      <thead className="hidden text-left text-xs text-muted md:table-header-group">
        <tr className="border-b">
          <th scope="col" className="w-52 px-4 py-1.5 font-normal">
            For events of kind
          </th>
          <th scope="col" className="px-4 py-1.5 font-normal">
            This must hold
          </th>
          <th scope="col" className="px-4 py-1.5 font-normal">
            Then the state becomes
          </th>
        </tr>
      </thead>
      <tbody className="block md:table-row-group">
        {sources.map(({ kind, check, transition }) => (
          <tr key={kind} className="block border-b py-2 last:border-b-0 md:table-row md:py-0">
            <th scope="row" className="block px-4 py-1 text-left align-top font-normal md:table-cell md:py-2">
              <Link
                href={toEventsHref({ kind, key: '' })}
                className="rounded font-mono text-xs font-medium hover:underline"
              >
                {kind}
              </Link>
            </th>
            <td className="block px-4 py-1 align-top md:table-cell md:py-2">
              <span className="text-xs text-muted md:hidden">must hold</span>
              <Expression text={check} />
            </td>
            <td className="block px-4 py-1 align-top md:table-cell md:py-2">
              <span className="text-xs text-muted md:hidden">then becomes</span>
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
