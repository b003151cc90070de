'use client';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import type { TimelineEntry } from '#domain/event.ts';
import { announce } from '../live/announcements.ts';
import { useEntries } from '../live/live-provider.tsx';

const quietMs = 1_000;

/** Tells screen readers of status changes, politely, and those that come close together at once. */
export function Announcer() {
  const t = useTranslations('shell.announce');
  const [text, setText] = useState('');
  const gathered = useRef<TimelineEntry[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEntries((entries) => {
    gathered.current.push(...entries);
    timer.current ??= setTimeout(() => {
      const said = announce(t, gathered.current);
      gathered.current = [];
      timer.current = undefined;
      if (said) setText(said);
    }, quietMs);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <div role="status" aria-live="polite" className="sr-only">
      {text}
    </div>
  );
}
