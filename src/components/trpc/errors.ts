import type { ErrorCode, ErrorDetails } from '#domain/errors.ts';

/** What went wrong, as the server typed it; undefined `code` when no answer came. */
export type ReadError = { message: string } & (
  | { [C in ErrorCode]: { code: C; details: ErrorDetails[C] } }[ErrorCode]
  | { code: undefined; details: undefined }
);

/** Reads the PulseError out of what a call threw. */
export function readError(error: unknown): ReadError {
  const { data, message = '' } = error as { data?: { pulse?: object } | null; message?: string };
  if (data?.pulse) return { ...data.pulse, message } as ReadError;
  return {
    message: 'The server did not answer. Check that it runs, then try again.',
    code: undefined,
    details: undefined,
  };
}
