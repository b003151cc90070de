import type { ErrorCode } from '#domain/errors.ts';

/** The exit code for each error. 0 is success. **Source** the Contract in `docs/cli.md`. */
export const exitCodes = {
  INTERNAL: 1,
  SEQUENCE_CONFLICT: 1,
  INVALID_INPUT: 2,
  GUARD_INVALID: 2,
  GUARD_REJECTED: 3,
  NOT_FOUND: 4,
  UNAVAILABLE: 5,
  RATE_LIMITED: 5,
  UNAUTHENTICATED: 6,
  FORBIDDEN: 6,
} as const satisfies Record<ErrorCode, number>;

/** What `upulse audit` exits with when the log is not what was written: a finding, not a failure of the command. */
export const auditFailedExitCode = 3;

/** From the one that leaves most undone to the one that leaves least. */
const worstFirst: readonly number[] = [
  exitCodes.UNAVAILABLE,
  exitCodes.INTERNAL,
  exitCodes.UNAUTHENTICATED,
  exitCodes.INVALID_INPUT,
  exitCodes.NOT_FOUND,
  exitCodes.GUARD_REJECTED,
];

/** The exit code of a command that did several things: 0 when all went well, else that of its worst failure. */
export function worstExitCode(codes: readonly number[]): number {
  return worstFirst.find((code) => codes.includes(code)) ?? codes.find((code) => code !== 0) ?? 0;
}
