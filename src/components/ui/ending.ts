/** The outcomes that any workflow may end with and nobody hopes for: they must not look like `done`. */
const endings = ['failed', 'max-rounds', 'timed-out'] as const;

export type BadEnding = (typeof endings)[number];

/** Whether an outcome is a {@link BadEnding}; any other is `done`, or a definition's own word. */
export function isBadEnding(outcome: string | null): outcome is BadEnding {
  return endings.some((ending) => ending === outcome);
}
