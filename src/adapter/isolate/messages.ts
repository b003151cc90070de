import type { Json } from '#domain/json.ts';

/** What a thread is started with. */
export interface ThreadStart {
  /** The module that exports the role's function, and its name there. */
  module: string;
  name: string;
  /** The members of the role's context that can be copied. */
  context: Record<string, unknown>;
  /** The names of those that are functions: they are called in the adapter's thread. */
  functions: string[];
}

/** From the adapter's thread to the role's. */
export type ToThread =
  | { type: 'abort'; reason: PackedError }
  | { type: 'answer'; call: number; value: unknown }
  | { type: 'answer'; call: number; error: PackedError };

/** From the role's thread to the adapter's. */
export type FromThread =
  | { type: 'call'; call: number; name: string; args: unknown[] }
  | { type: 'returned'; output: Json }
  | { type: 'threw'; error: PackedError };

/** An error as it crosses threads, where its class does not survive. */
export interface PackedError {
  name: string;
  message: string;
  stack?: string;
}

export function packError(error: unknown): PackedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  return { name, message, stack };
}

/** **Shape** a DOMException for an abort, as in the adapter's thread; any other error by its name. */
export function unpackError({ name, message, stack }: PackedError): Error {
  if (name === 'AbortError') return new DOMException(message, name);
  return Object.assign(new Error(message), { name, stack });
}
