'use client';
import { ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Json } from '#domain/json.ts';

const openDepth = 2;
const firstMembers = 50;
const firstCharacters = 600;

/** A JSON value as a tree. Deep parts are folded, long ones are shown in part: a large payload must not stall the page. */
export function JsonTree({ value }: { value: Json }) {
  return (
    <div className="overflow-x-auto font-mono text-xs leading-5">
      <Value value={value} depth={0} />
    </div>
  );
}

function Value({ value, depth, name }: { value: Json; depth: number; name?: string }) {
  if (typeof value === 'object' && value !== null) return <Members value={value} depth={depth} name={name} />;
  return (
    <div className="pl-4">
      <Name name={name} />
      {typeof value === 'string' ? <Text text={value} /> : <span className="font-medium">{String(value)}</span>}
    </div>
  );
}

function Members({ value, depth, name }: { value: Json[] | { [key: string]: Json }; depth: number; name?: string }) {
  const t = useTranslations('ui.json');
  const [open, setOpen] = useState(depth < openDepth);
  const [shown, setShown] = useState(firstMembers);
  const isList = Array.isArray(value);
  const members = Object.entries(value);
  const [before, after] = isList ? '[]' : '{}';
  if (members.length === 0) {
    return (
      <div className="pl-4">
        <Name name={name} />
        {`${before}${after}`}
      </div>
    );
  }
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex items-center rounded text-left hover:bg-raised"
      >
        <ChevronRight className={`size-4 shrink-0 text-muted ${open ? 'rotate-90' : ''}`} aria-hidden />
        <Name name={name} />
        <span className="text-muted">{t(isList ? 'items' : 'members', { count: members.length })}</span>
      </button>
      {open && (
        <div className="ml-2 border-l pl-2">
          {members.slice(0, shown).map(([member, item]) => (
            <Value key={member} value={item} depth={depth + 1} name={member} />
          ))}
          {members.length > shown && (
            <button
              type="button"
              onClick={() => setShown(shown + 500)}
              className="ml-4 rounded text-muted underline underline-offset-2 hover:text-text"
            >
              {t('more', { count: members.length - shown })}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function Name({ name }: { name?: string }) {
  return name === undefined ? null : <span className="text-muted">{name}:&nbsp;</span>;
}

function Text({ text }: { text: string }) {
  const t = useTranslations('ui.json');
  const [whole, setWhole] = useState(false);
  const isCut = !whole && text.length > firstCharacters;
  return (
    <span className="break-words whitespace-pre-wrap">
      “{isCut ? text.slice(0, firstCharacters) : text}
      {isCut ? '…' : '”'}
      {isCut && (
        <button
          type="button"
          onClick={() => setWhole(true)}
          className="ml-1 rounded text-muted underline underline-offset-2 hover:text-text"
        >
          {t('allCharacters', { count: text.length })}
        </button>
      )}
    </span>
  );
}
