import type { useTranslations } from 'next-intl';

/** The words of times, in the reader's language. */
export type TimeWords = ReturnType<typeof useTranslations<'time'>>;

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Writes how long something took: `38 ms`, `4.2 s` where `precise`, `3 m 12 s`, `2 h 5 m`, `3 d 4 h`. */
export function formatDuration(
  words: TimeWords,
  durationMs: number,
  { precise = false }: { precise?: boolean } = {},
): string {
  const ms = Math.max(0, durationMs);
  const whole = (unitMs: number) => String(Math.floor(ms / unitMs));
  const rest = (largeMs: number, unitMs: number) => String(Math.floor((ms % largeMs) / unitMs));
  if (precise && ms < second) return words('ms', { n: String(Math.round(ms)) });
  if (precise && ms < 10 * second) return words('s', { n: (Math.floor(ms / 100) / 10).toFixed(1) });
  if (ms < minute) return words('s', { n: whole(second) });
  if (ms < hour)
    return words('pair', { large: words('m', { n: whole(minute) }), small: words('s', { n: rest(minute, second) }) });
  if (ms < day)
    return words('pair', { large: words('h', { n: whole(hour) }), small: words('m', { n: rest(hour, minute) }) });
  return words('pair', { large: words('d', { n: whole(day) }), small: words('h', { n: rest(day, hour) }) });
}

/** Writes how long ago something was, in one unit: `just now`, `12 s ago`, `5 m ago`, `3 h ago`, `2 d ago`. */
export function formatAgo(words: TimeWords, durationMs: number): string {
  if (durationMs < second) return words('justNow');
  const unit = durationMs < minute ? 's' : durationMs < hour ? 'm' : durationMs < day ? 'h' : 'd';
  const n = String(Math.floor(durationMs / { s: second, m: minute, h: hour, d: day }[unit]));
  return words('ago', { duration: words(unit, { n }) });
}

/** Writes a moment exactly, in the reader's time zone or in UTC, alike in every language: `2026-03-01 14:05:09.120 UTC`. */
export function formatExact(at: string, zone: 'local' | 'utc'): string {
  const date = new Date(at);
  const local = new Date(date.getTime() - (zone === 'local' ? date.getTimezoneOffset() * minute : 0));
  const text = local.toISOString().replace('T', ' ').replace('Z', '');
  return zone === 'local' ? `${text} ${nameOffset(date.getTimezoneOffset())}` : `${text} UTC`;
}

function nameOffset(offsetMinutes: number): string {
  if (offsetMinutes === 0) return 'UTC';
  const size = Math.abs(offsetMinutes);
  const pad = (part: number) => String(Math.floor(part)).padStart(2, '0');
  return `UTC${offsetMinutes < 0 ? '+' : '-'}${pad(size / 60)}:${pad(size % 60)}`;
}
