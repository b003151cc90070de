'use client';
import { clsx } from 'clsx';
import { ArrowDownWideNarrow, ArrowUpNarrowWide, Filter, History, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { ExportMenu } from './export-menu.tsx';
import { modes, type TrailView } from './trail-params.ts';

const pauseMs = 250;
const fieldClasses = 'h-8 min-w-0 rounded border border-edge/60 bg-surface px-2.5 text-xs';

/** How a trail is shown and which of it: all of it is in the address. */
export function TrailTools({
  workflowKey,
  view: { order, mode, filter },
  onChange,
  onReplay,
  children,
}: {
  workflowKey: string;
  view: TrailView;
  onChange: (change: Partial<TrailView>) => void;
  onReplay: (() => void) | null;
  children: ReactNode;
}) {
  const t = useTranslations('workflow.trail');
  const words = useTranslations('workflow.replay');
  const Icon = order === 'desc' ? ArrowDownWideNarrow : ArrowUpNarrowWide;
  const isNewestFirst = order === 'desc';
  return (
    <header className="flex flex-wrap items-center gap-2 border-y px-4 py-2 lg:px-6 xl:flex-nowrap">
      {children}
      <Choice
        label={t('mode')}
        value={mode}
        options={modes.map((value) => ({ value, word: t(value) }))}
        onChange={(next) => onChange({ mode: next })}
      />
      <Filters filter={filter} onChange={(next) => onChange({ filter: next })} />
      <div className="ml-auto flex gap-1">
        <Button
          look="quiet"
          size="tool"
          title={t(isNewestFirst ? 'showOldest' : 'showNewest')}
          onClick={() => onChange({ order: isNewestFirst ? 'asc' : 'desc' })}
        >
          <Icon aria-hidden />
          <span className="max-[1400px]:sr-only">{t(isNewestFirst ? 'newest' : 'oldest')}</span>
        </Button>
        {onReplay && (
          <Button look="quiet" size="tool" onClick={onReplay}>
            <History aria-hidden />
            {words('open')}
          </Button>
        )}
        <ExportMenu workflowKey={workflowKey} />
      </div>
    </header>
  );
}

function Filters({
  filter,
  onChange,
}: {
  filter: TrailView['filter'];
  onChange: (filter: TrailView['filter']) => void;
}) {
  const t = useTranslations('workflow.trail');
  const [fields, change] = useFields(filter, onChange);
  const isSet = Object.values(fields).some((text) => text !== '');
  const [open, setOpen] = useState(isSet);
  return (
    <search
      aria-label={t('filters')}
      className="flex min-w-0 items-center gap-2 max-sm:contents sm:max-xl:order-last sm:max-xl:w-full xl:grow"
    >
      <Button
        look="quiet"
        size="tool"
        className="sm:hidden"
        aria-expanded={open}
        title={t('filters')}
        onClick={() => setOpen(!open)}
      >
        <Filter aria-hidden />
        {t('filter')}
      </Button>
      <div
        className={clsx(
          'flex min-w-0 grow items-center gap-2 max-sm:order-last max-sm:w-full max-sm:flex-wrap',
          !open && 'max-sm:hidden',
        )}
      >
        <input
          type="search"
          aria-label={t('find')}
          placeholder={t('find')}
          value={fields.find}
          onChange={(event) => change({ find: event.target.value })}
          className={`${fieldClasses} grow basis-32 xl:max-w-56`}
        />
        <input
          aria-label={t('kind')}
          placeholder={t('kindHint')}
          value={fields.kind}
          onChange={(event) => change({ kind: event.target.value })}
          spellCheck={false}
          autoComplete="off"
          className={`${fieldClasses} grow basis-28 font-mono xl:max-w-48`}
        />
        <input
          aria-label={t('actor')}
          placeholder={t('actorHint')}
          value={fields.actor}
          onChange={(event) => change({ actor: event.target.value })}
          className={`${fieldClasses} grow basis-20 xl:max-w-32`}
        />
        <select
          aria-label={t('type')}
          value={fields.type}
          onChange={(event) => change({ type: event.target.value as TrailView['filter']['type'] })}
          className={fieldClasses}
        >
          <option value="">{t('types.all')}</option>
          <option value="event">{t('types.event')}</option>
          <option value="refusal">{t('types.refusal')}</option>
        </select>
        <Button
          look="quiet"
          size="icon"
          title={t('clear')}
          onClick={() => change({ kind: '', actor: '', find: '', type: '' })}
          className={clsx(!isSet && 'invisible')} // Its place stays, so that nothing moves while someone types.
        >
          <X aria-hidden />
        </Button>
      </div>
    </search>
  );
}

/**
 * What the fields hold: what was typed, which the address says after a pause. When the address says something else, for
 * another reason, the fields follow it, unless someone is typing.
 */
function useFields(filter: TrailView['filter'], onChange: (filter: TrailView['filter']) => void) {
  const [fields, setFields] = useState(filter);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const address = useRef(filter);
  /** What the address has been given, and does not say yet. */
  const given = useRef<TrailView['filter'][]>([]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const { kind, actor, find, type } = filter;
  useEffect(() => {
    const said = { kind, actor, find, type };
    address.current = said;
    const at = given.current.findLastIndex((one) => isSame(one, said));
    given.current = at === -1 ? [] : given.current.slice(at + 1);
    if (at === -1 && timer.current === undefined) setFields(said);
  }, [kind, actor, find, type]);
  const change = (part: Partial<TrailView['filter']>) => {
    const next = { ...fields, ...part };
    setFields(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      const typed = { kind: next.kind.trim(), actor: next.actor.trim(), find: next.find.trim(), type: next.type };
      if (!isSame(typed, given.current.at(-1) ?? address.current)) given.current.push(typed);
      onChange(typed);
    }, pauseMs);
  };
  return [fields, change] as const;
}

function isSame(one: TrailView['filter'], other: TrailView['filter']): boolean {
  return one.kind === other.kind && one.actor === other.actor && one.find === other.find && one.type === other.type;
}
