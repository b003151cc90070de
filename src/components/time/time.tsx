'use client';
import { useTranslations } from 'next-intl';
import { formatAgo, formatDuration, formatExact } from './format-time.ts';
import { useFromNow, useInBrowser } from './now.tsx';

/** How long ago something was; the exact time on hover. */
export function Ago({ at }: { at: string }) {
  const words = useTranslations('time');
  const text = useFromNow((now) => formatAgo(words, now - Date.parse(at)));
  const zone = useInBrowser() ? 'local' : 'utc';
  return (
    <time dateTime={at} title={formatExact(at, zone)} className="whitespace-nowrap">
      {text}
    </time>
  );
}

/** The time of day of a moment, with its date on hover. */
export function ClockTime({ at, className }: { at: string; className?: string }) {
  const zone = useInBrowser() ? 'local' : 'utc';
  const exact = formatExact(at, zone);
  return (
    <time dateTime={at} title={exact} className={className}>
      {exact.slice(11, 23)}
    </time>
  );
}

/** How long it is until a moment; the exact time on hover. */
export function Left({ until }: { until: string }) {
  const words = useTranslations('time');
  const text = useFromNow((now) => formatDuration(words, Date.parse(until) - now));
  const zone = useInBrowser() ? 'local' : 'utc';
  return (
    <time dateTime={until} title={formatExact(until, zone)} className="whitespace-nowrap">
      {text}
    </time>
  );
}

/** How long something took, or has taken up to now. */
export function Duration({ from, to }: { from: string; to: string | null }) {
  const words = useTranslations('time');
  const text = useFromNow((now) => formatDuration(words, (to === null ? now : Date.parse(to)) - Date.parse(from)));
  return <span className="whitespace-nowrap">{text}</span>;
}
