/** Which round it is, of how many, as a word and a thin bar. Where there is little room it is only the numbers. */
export function RoundBar({ round, maxRounds }: { round: number; maxRounds: number | null }) {
  if (round === 0) return <span className="text-muted">no round yet</span>;
  const share = maxRounds ? Math.min(1, round / maxRounds) : 0;
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap text-muted">
      <span>
        <span className="md:max-lg:sr-only">round </span>
        {formatCount(round)}
        {maxRounds !== null && ` of ${formatCount(maxRounds)}`}
      </span>
      {maxRounds !== null && (
        <span aria-hidden className="h-1 w-12 overflow-hidden rounded bg-line md:max-lg:hidden">
          <span className="block h-full bg-edge" style={{ width: `${share * 100}%` }} />
        </span>
      )}
    </span>
  );
}

const counts = new Intl.NumberFormat('en-US');

/** Writes a number with separators of thousands: `4,812`. */
export function formatCount(count: number): string {
  return counts.format(count);
}
