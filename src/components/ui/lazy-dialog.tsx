'use client';
import { useTranslations } from 'next-intl';
import { type ComponentType, useEffect, useRef, useState } from 'react';
import { toast } from 'sonner';

/** Once a page has been there for so long, what it may need later is fetched. */
const fetchAheadMs = 1_500;

/** A dialog whose code is no part of the page's first load. */
export type LazyDialog<Props> = ComponentType<Props & { onFailed: () => void }> & { fetchAhead(): Promise<unknown> };

/**
 * Makes a dialog of one whose code is fetched when it is first shown, or ahead of that by {@link useFetchAhead}.
 *
 * Where the server does not answer by then, it says so and calls `onFailed`: the page stays as it is.
 */
export function lazyDialog<Props extends object>(fetchCode: () => Promise<ComponentType<Props>>): LazyDialog<Props> {
  let fetched: ComponentType<Props> | undefined;
  const fetchAhead = async () => {
    fetched ??= await fetchCode();
    return fetched;
  };
  function Lazy({ onFailed, ...props }: Props & { onFailed: () => void }) {
    const t = useTranslations('shell');
    const [Dialog, setDialog] = useState(() => fetched);
    const fail = useRef(onFailed);
    useEffect(() => {
      fail.current = onFailed;
    });
    useEffect(() => {
      if (Dialog) return;
      fetchAhead().then(
        (dialog) => setDialog(() => dialog),
        () => {
          toast.error(t('noAnswer'));
          fail.current();
        },
      );
    }, [Dialog, t]);
    return Dialog ? <Dialog {...(props as unknown as Props)} /> : null;
  }
  return Object.assign(Lazy, { fetchAhead });
}

/** Fetches the code of dialogs once the page is there, so that they open at once, and also when the server is gone by then. */
export function useFetchAhead(...dialogs: readonly Pick<LazyDialog<never>, 'fetchAhead'>[]): void {
  const wanted = useRef(dialogs);
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const dialog of wanted.current) dialog.fetchAhead().catch(() => {}); // Who opens it tries again.
    }, fetchAheadMs);
    return () => clearTimeout(timer);
  }, []);
}
