'use client';
import { useTranslations } from 'next-intl';
import { useChildren } from './use-children.ts';

const counted = 100;

/** Says how many workflows an abort takes along. */
export function ChildrenNotice({ parent }: { parent: string }) {
  const t = useTranslations('children');
  const { children, more } = useChildren(parent, counted, ['active']);
  const count = children.filter(({ status }) => status === 'active').length;
  if (count === 0) return null;
  return <p>{more ? t('abortManyToo', { count }) : t('abortToo', { count })}</p>;
}
