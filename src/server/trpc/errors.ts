import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import type { TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc';
import { z } from 'zod';
import { type ErrorCode, isPulseError, PulseError } from '#domain/errors.ts';
import { invalidInputFrom } from '../parse-input.ts';
import { toUnavailable } from '../unavailable.ts';

const trpcCodes: Record<ErrorCode, TRPC_ERROR_CODE_KEY> = {
  GUARD_REJECTED: 'PRECONDITION_FAILED',
  SEQUENCE_CONFLICT: 'CONFLICT',
  NOT_FOUND: 'NOT_FOUND',
  INVALID_INPUT: 'BAD_REQUEST',
  GUARD_INVALID: 'UNPROCESSABLE_CONTENT',
  UNAUTHENTICATED: 'UNAUTHORIZED',
  FORBIDDEN: 'FORBIDDEN',
  RATE_LIMITED: 'TOO_MANY_REQUESTS',
  UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  INTERNAL: 'INTERNAL_SERVER_ERROR',
};

/** Gives a PulseError, or a database that is out of reach, the code that tRPC and HTTP know. Anything else is left alone. */
export function toTrpcError(error: unknown): unknown {
  const named = isPulseError(error) ? error : toUnavailable(error);
  if (!isPulseError(named)) return error;
  return new TRPCError({ code: trpcCodes[named.code], message: named.message, cause: named });
}

/** The HTTP status that belongs to an error. */
export function toHttpStatus(error: PulseError): number {
  return getHTTPStatusCodeFromError(toTrpcError(error) as TRPCError);
}

/** The PulseError of any error that a procedure, or tRPC before it, has thrown. */
export function toPulseError(error: TRPCError): PulseError {
  const { cause, code, message } = error;
  if (isPulseError(cause)) return cause;
  if (cause instanceof z.core.$ZodError) return invalidInputFrom(cause);
  switch (code) {
    case 'NOT_FOUND':
      return new PulseError('NOT_FOUND', message, { what: 'procedure', id: '' });
    case 'PARSE_ERROR':
    case 'BAD_REQUEST':
    case 'METHOD_NOT_SUPPORTED':
    case 'UNSUPPORTED_MEDIA_TYPE':
    case 'PAYLOAD_TOO_LARGE':
      return new PulseError('INVALID_INPUT', message, { issues: [{ path: '', message }] });
    default:
      return new PulseError('INTERNAL', 'Something went wrong in the server; its log has the cause', {});
  }
}
