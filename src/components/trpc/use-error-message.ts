'use client';
import { useTranslations } from 'next-intl';
import { readError } from './errors.ts';

/** Says what a call has thrown: the server's own words, which are in English, or that none came. */
export function useErrorMessage(): (error: unknown) => string {
  const t = useTranslations('shell');
  return (error) => {
    const { code, message } = readError(error);
    return code === undefined ? t('noAnswer') : message;
  };
}
