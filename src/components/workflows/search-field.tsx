'use client';
import { Search, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { limits } from '#domain/limits.ts';
import { Kbd } from '../ui/kbd.tsx';
import { isTyping } from '../ui/keyboard.ts';
import type { ListParams } from './list-params.ts';

const pauseMs = 200;

/** Searches while one types. `/` comes here, Escape empties it. */
export function SearchField({ params, onSearch }: { params: ListParams; onSearch: (search: string) => void }) {
  const t = useTranslations('list.search');
  const input = useRef<HTMLInputElement>(null);
  const { search, tab, ...filters } = params;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [text, setText] = useState(search);
  const [known, setKnown] = useState(search);
  const [sent, setSent] = useState<readonly string[]>([]); // On their way into the URL, while one types on.
  if (known !== search) {
    setKnown(search);
    setSent(sent.slice(sent.indexOf(search) + 1));
    if (!sent.includes(search)) setText(search); // It has changed by other means, such as the back button.
  }
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== '/' || isTyping(event)) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (next: string, delayMs: number) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setSent((before) => (next === (before.at(-1) ?? search) ? before : [...before, next]));
      onSearch(next);
    }, delayMs);
  };
  return (
    <search className="relative grow basis-40 max-sm:order-1 lg:max-w-72">
      <form
        action="/"
        onSubmit={(event) => {
          event.preventDefault();
          change(text, 0);
        }}
      >
        {Object.entries({ status: tab, ...filters }).map(
          ([field, value]) => value && <input key={field} type="hidden" name={field} value={value} />,
        )}
        <Search className="pointer-events-none absolute top-2 left-2.5 size-4 text-muted" aria-hidden />
        <input
          ref={input}
          name="search"
          value={text}
          maxLength={limits.searchCharacters}
          aria-label={t('label')}
          aria-keyshortcuts="/"
          placeholder={t('placeholder')}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => change(event.target.value, pauseMs)}
          onKeyDown={(event) => event.key === 'Escape' && (text ? change('', 0) : input.current?.blur())}
          className="h-8 w-full rounded border border-edge/60 bg-surface pr-8 pl-8"
        />
        <span className="absolute top-1 right-1">
          {text ? (
            <button
              type="button"
              aria-label={t('clear')}
              onClick={() => change('', 0)}
              className="grid size-6 place-items-center rounded text-muted hover:bg-raised hover:text-text"
            >
              <X className="size-3.5" aria-hidden />
            </button>
          ) : (
            <span aria-hidden className="grid size-6 place-items-center">
              <Kbd>/</Kbd>
            </span>
          )}
        </span>
      </form>
    </search>
  );
}
