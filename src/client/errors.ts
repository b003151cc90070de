import { TRPCClientError } from '@trpc/client';
import { type ErrorCode, type ErrorDetails, PulseError } from '#domain/errors.ts';

/**
 * The PulseError of whatever a call of the client has thrown.
 *
 * **Shape** what the server says, with its code and details; `UNAVAILABLE` when the server could not be asked; `INTERNAL`
 * with the error as its cause for anything else.
 */
export function toPulseError(error: unknown): PulseError {
  if (error instanceof PulseError) return error;
  if (!(error instanceof TRPCClientError)) return wrap('INTERNAL', error, {});
  if (error.cause instanceof PulseError) return error.cause;
  const told: { code: ErrorCode; details: ErrorDetails[ErrorCode] } | undefined = error.data?.pulse;
  if (told) return new PulseError(told.code, error.message, told.details, { cause: error });
  // Without an answer of Pulse's there was none: the connection broke, or something else stands in between.
  return wrap('UNAVAILABLE', error, { reason: error.message });
}

function wrap<C extends ErrorCode>(code: C, error: unknown, details: ErrorDetails[C]): PulseError<C> {
  return new PulseError(code, error instanceof Error ? error.message : String(error), details, { cause: error });
}
