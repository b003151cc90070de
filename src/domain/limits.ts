/** The sizes past which input is refused with `INVALID_INPUT` and nothing is stored. Source: the Contract in the docs. */
export const limits = {
  payloadBytes: 256 * 1024,
  reasonCharacters: 2_000,
  keyCharacters: 200,
  kindCharacters: 100,
  commandIdCharacters: 200,
  searchCharacters: 200,
  maxRounds: 10_000,
  /** A year. */
  timeoutMs: 366 * 24 * 60 * 60 * 1_000,
  workflowsAtOnce: 1_000_000,
  pageItems: 1_000,
  /** Of workflows, as far as lists say how many there are. */
  counted: 1_000,
  abortedAtOnce: 10_000,
  /** What is kept of all that a role prints in one round. */
  roundOutputBytes: 2 * 1024 * 1024,
  /** A page of entries ends after the one that exceeds this. */
  pageCharacters: 4 * 1024 * 1024,
  expressionCharacters: 2_048,
  guardStateBytes: 16 * 1024,
} as const;
