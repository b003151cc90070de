const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const space = '\u00a0'; // A time does not break across lines.

/** Writes how long something took: `38 ms`, `4.2 s` where `precise`, `3 m 12 s`, `2 h 5 m`, `3 d 4 h`. */
export function formatDuration(durationMs: number, { precise = false }: { precise?: boolean } = {}): string {
  const ms = Math.max(0, durationMs);
  if (precise && ms < second) return join(Math.round(ms), 'ms');
  if (precise && ms < 10 * second) return join((Math.floor(ms / 100) / 10).toFixed(1), 's');
  if (ms < minute) return join(Math.floor(ms / second), 's');
  if (ms < hour) return pair(ms, minute, 'm', second, 's');
  if (ms < day) return pair(ms, hour, 'h', minute, 'm');
  return pair(ms, day, 'd', hour, 'h');
}

/** Writes how long ago something was, in one unit: `just now`, `12 s ago`, `5 m ago`, `3 h ago`, `2 d ago`. */
export function formatAgo(durationMs: number): string {
  if (durationMs < second) return join('just', 'now');
  if (durationMs < minute) return join(Math.floor(durationMs / second), 's', 'ago');
  if (durationMs < hour) return join(Math.floor(durationMs / minute), 'm', 'ago');
  if (durationMs < day) return join(Math.floor(durationMs / hour), 'h', 'ago');
  return join(Math.floor(durationMs / day), 'd', 'ago');
}

/** Writes a moment exactly, in the reader's time zone or in UTC: `2026-03-01 14:05:09.120 UTC`. */
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

function pair(ms: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  return join(Math.floor(ms / large), largeUnit, Math.floor((ms % large) / small), smallUnit);
}

function join(...parts: (string | number)[]): string {
  return parts.join(space);
}
