import type { Round } from '#domain/round.ts';

/** A round on the strip, in shares of its width. */
export interface Bar {
  round: Round;
  start: number;
  end: number;
}

/** The bars of each role, in the order in which the roles first ran. */
export interface Lane {
  role: string;
  bars: Bar[];
}

/** How the time of some rounds is laid out, from the start of the first to the end of the last or to now. */
export interface Scale {
  fromMs: number;
  toMs: number;
  lanes: Lane[];
}

/** Lays out rounds in lanes. **Shape** shares from 0 to 1; a round that runs ends at 1. */
export function layOutRounds(rounds: readonly Round[], nowMs: number): Scale {
  const fromMs = Date.parse(rounds[0]?.startedAt ?? '') || nowMs;
  const toMs = Math.max(fromMs + 1, ...rounds.map(({ endedAt }) => (endedAt === null ? nowMs : Date.parse(endedAt))));
  const share = (ms: number) => Math.min(1, Math.max(0, (ms - fromMs) / (toMs - fromMs)));
  const lanes = new Map<string, Lane>();
  for (const round of rounds) {
    const { role, startedAt, endedAt } = round;
    const lane = lanes.get(role) ?? { role, bars: [] };
    lanes.set(role, lane);
    const end = endedAt === null ? 1 : share(Date.parse(endedAt));
    lane.bars.push({ round, start: share(Date.parse(startedAt)), end });
  }
  return { fromMs, toMs, lanes: [...lanes.values()] };
}
