'use client';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { Workflow } from '#domain/workflow.ts';
import { Fact } from '../ui/fact.tsx';
import { Status } from '../ui/status.tsx';
import { toWorkflowHref } from '../workflow/href.ts';
import { plainList, toListHref } from '../workflows/list-params.ts';
import { shownChildren } from './children-input.ts';
import { useChildren } from './use-children.ts';

/** Links to the workflow that has started this one, and to those that it has started; nothing where there are none. */
export function Family({ workflow }: { workflow: Workflow }) {
  const t = useTranslations('children');
  const { children, more } = useChildren(workflow.key, shownChildren);
  if (workflow.parent === null && children.length === 0) return null;
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-3">
      {workflow.parent !== null && (
        <Fact name={t('parent')}>
          <KeyLink to={workflow.parent} />
        </Fact>
      )}
      {children.length > 0 && (
        <Fact name={t('children')}>
          <ul className="flex flex-wrap gap-x-4 gap-y-1">
            {children.map(({ key, status, outcome }) => (
              <li key={key} className="flex items-center gap-1.5">
                <KeyLink to={key} />
                <Status status={status} outcome={outcome} />
              </li>
            ))}
            <li>
              <Link
                href={toListHref({ ...plainList, tab: 'all', parent: workflow.key })}
                className="text-muted underline underline-offset-2 hover:text-text"
              >
                {more ? t('more') : t('all')}
              </Link>
            </li>
          </ul>
        </Fact>
      )}
    </dl>
  );
}

function KeyLink({ to }: { to: string }) {
  return (
    <Link href={toWorkflowHref(to)} className="font-mono break-all underline underline-offset-2">
      {to}
    </Link>
  );
}
