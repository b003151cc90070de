import type { Json } from './json.ts';

/** What each error code tells besides its message. Source: the Contract in the docs. */
export interface ErrorDetails {
  /** A guard refused the append; the refusal is on the key's trail. */
  GUARD_REJECTED: { guard: string; kind: string; key: string; state: Json; check: string };
  /** The key has moved on; nothing was stored. */
  SEQUENCE_CONFLICT: { key: string; expectedSequence: number | null; actualSequence: number | null };
  NOT_FOUND: { what: string; id: string };
  /** Nothing was stored. `issues` names each place in the input and what is wrong there. */
  INVALID_INPUT: { issues: { path: string; message: string }[] };
  GUARD_INVALID: { issues: { path: string; message: string }[] };
  /** Nobody is signed in, or what the caller showed is not valid (any more). Nothing was stored. */
  UNAUTHENTICATED: Record<string, never>;
  /** The caller may not do this: `needs` is the scope, and the role that has it. Nothing was stored. */
  FORBIDDEN: { needs: { scope: string; role: string } };
  /** Too many requests, or attempts to sign in. Nothing was stored; ask again after that time. */
  RATE_LIMITED: { retryAfterMs: number };
  /** The database or the server can't be reached. What was asked may or may not have been stored: repeat the `commandId`. */
  UNAVAILABLE: {
    reason: string;
    /** The server is there and has no place left right now: when to ask again. */
    retryAfterMs?: number;
  };
  /** A bug. The server's log has the cause. */
  INTERNAL: Record<string, never>;
}

export type ErrorCode = keyof ErrorDetails;

/** The one error of Pulse: a code to act on, a message for people that says what to do, and typed details. */
export class PulseError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'PulseError';
  readonly code: C;
  readonly details: ErrorDetails[C];

  constructor(code: C, message: string, details: ErrorDetails[C], options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}

/**
 * Whether an error is a {@link PulseError}, of the given code where one is given.
 *
 * By its name, not its class: a bundler may load this module twice in one process, and each copy has a class of its own.
 */
export function isPulseError<C extends ErrorCode = ErrorCode>(error: unknown, code?: C): error is PulseError<C> {
  if (!(error instanceof Error) || error.name !== 'PulseError') return false;
  return code === undefined || (error as PulseError).code === code;
}

/** Makes the error for input that is wrong in one place. */
export function invalidInput(path: string, message: string): PulseError<'INVALID_INPUT'> {
  return new PulseError('INVALID_INPUT', path ? `${path} ${message}` : message, { issues: [{ path, message }] });
}
