import { useTranslations } from 'next-intl';

const barPx = 48;

/** Which round it is, and of how many where that says something: then also as a thin bar. Where there is little room it is only the numbers. */
export function RoundBar({ round, maxRounds }: { round: number; maxRounds: number | null }) {
  const t = useTranslations('ui');
  if (round === 0) return <span className="text-muted">{t('noRound')}</span>;
  const limit = maxRounds !== null && isLimitInSight(round, maxRounds) ? maxRounds : null;
  return (
    <span
      className="inline-flex items-center gap-2 whitespace-nowrap text-muted"
      title={maxRounds === null ? undefined : t('maxRounds', { limit: maxRounds })}
    >
      <span>
        {limit === null
          ? t.rich('round', { round, word: (word) => <span>{word}</span> })
          : t.rich('roundOf', { round, limit, word: (word) => <span className="md:max-lg:sr-only">{word}</span> })}
      </span>
      {limit !== null && (
        <span aria-hidden className="h-1 overflow-hidden rounded bg-line md:max-lg:hidden" style={{ width: barPx }}>
          <span className="block h-full bg-edge" style={{ width: `${Math.min(1, round / limit) * 100}%` }} />
        </span>
      )}
    </span>
  );
}

/** A limit that is only a safety net is far away: one round is less than a pixel of the bar, and not half are used up. */
function isLimitInSight(round: number, maxRounds: number): boolean {
  return maxRounds <= barPx || round >= maxRounds / 2;
}
