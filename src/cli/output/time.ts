const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** A duration in its two largest units: `850ms`, `12s`, `3m 12s`, `2h 5m`, `3d 4h`. */
export function formatDuration(durationMs: number): string {
  const first = units.findIndex(([, unitMs]) => durationMs >= unitMs);
  if (first === -1) return `${Math.max(0, Math.round(durationMs))}ms`;
  let leftMs = durationMs;
  const parts = units.slice(first, first + 2).map(([name, unitMs]) => {
    const count = Math.floor(leftMs / unitMs);
    leftMs -= count * unitMs;
    return { name, count };
  });
  return parts
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${count}${name}`)
    .join(' ');
}

/** How long ago a moment was: `3m 12s ago`. Clocks differ, so one that lies ahead is `just now`. */
export function formatAge(iso: string, nowMs: number): string {
  const agoMs = nowMs - Date.parse(iso);
  return agoMs < 1_000 ? 'just now' : `${formatDuration(agoMs)} ago`;
}

/** A moment in the time zone of whoever reads: `2026-11-23 23:12:01.123`. */
export function formatExact(iso: string): string {
  const date = new Date(iso);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day} ${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** Exact and relative: `2026-11-23 23:12:01.123 (3m 12s ago)`. */
export function formatMoment(iso: string, nowMs: number): string {
  return `${formatExact(iso)} (${formatAge(iso, nowMs)})`;
}
