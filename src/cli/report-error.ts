import { styleText } from 'node:util';
import { type ErrorCode, isPulseError, type PulseError } from '#domain/errors.ts';
import { opensDatabase } from './database-commands.ts';
import { exitCodes } from './exit-codes.ts';
import { listIssues } from './output/issues.ts';
import { toJsonLine } from './output/print.ts';
import { clip, toPrintable } from './output/text.ts';

/** Which command failed, as its words: `['workflow', 'abort']`. */
export type CommandPath = readonly string[];

/** What a line has room for beside the rest of a sentence. */
const mostCharacters = 60;

const advice: { [C in ErrorCode]: (error: PulseError<C>, path: CommandPath) => string | string[] | undefined } = {
  GUARD_REJECTED: ({ message, details: { guard, key, check } }) => [
    ...(adviceByGuard[guard]?.(quote(key)) ?? []),
    ...(check.length > mostCharacters && message.includes(check)
      ? [`The whole check: upulse guard show ${quote(guard)}`]
      : []),
    `The attempt is on its trail: upulse workflow timeline ${quote(key)}`,
  ],
  SEQUENCE_CONFLICT: ({ details }) => `Look at what came in between: upulse workflow timeline ${quote(details.key)}`,
  NOT_FOUND: ({ details }) => adviceByThing[details.what],
  INVALID_INPUT: (_, path) => `See: ${['upulse', ...path, '--help'].join(' ')}`,
  GUARD_INVALID: (_, path) => `See: ${['upulse', ...path, '--help'].join(' ')}`,
  UNAVAILABLE: (_, path) =>
    // What is said of a database holds what to do.
    opensDatabase(path) ? undefined : 'Start Pulse with upulse up, or name its address: --url, PULSE_URL',
  UNAUTHENTICATED: () => 'Set PULSE_TOKEN to a valid token',
  FORBIDDEN: () => 'Ask an admin of this Pulse for a token that may do this',
  RATE_LIMITED: () => undefined,
  INTERNAL: () => 'Run it again with PULSE_DEBUG=1 to see where it happened',
};

/** What to do where an abort keeps to a policy, or a guard stands as it was asked to. */
const adviceByGuard: Record<string, (key: string) => string[]> = {
  'guard-registry': () => ['How each guard stands: upulse guard list'],
  'abort-needs-reason': (key) => [`Say why: upulse workflow abort ${key} --reason <text>`],
  'abort-needs-two': (key) => [`Ask for it, so that someone else can abort it: upulse workflow abort ${key} --request`],
};

const adviceByThing: Record<string, string> = {
  workflow: 'Look for its key: upulse workflow list --search <text>',
  guard: 'List the guards: upulse guard list',
  token: 'List the tokens: upulse token list',
};

/**
 * Writes an error to standard error: what happened, and what to do; with `json` its code, message and details.
 *
 * **Shape** the exit code that belongs to it.
 */
export function reportError(error: PulseError, { json, path }: { json: boolean; path: CommandPath }): number {
  if (json) {
    const { code, message, details } = error;
    process.stderr.write(`${toJsonLine({ code, message, details })}\n`);
  } else {
    process.stderr.write(`${describeError(error, path).join('\n')}\n`);
  }
  if (process.env.PULSE_DEBUG) console.error(error);
  return exitCodes[error.code];
}

function describeError(error: PulseError, path: CommandPath): string[] {
  const advise = advice[error.code] as (error: PulseError, path: CommandPath) => string | string[] | undefined;
  const [first = '', ...more] = toLines(error);
  const label = styleText('red', 'Error:', { stream: process.stderr });
  return [`${label} ${first}`, ...more, ...[advise(error, path) ?? []].flat()];
}

/** Many issues in one line would not be read. */
function toLines(error: PulseError): string[] {
  if (isPulseError(error, 'INVALID_INPUT') && error.details.issues.length > 1) return listIssues(error.details.issues);
  return shortenMessage(error).split('\n').map(toPrintable);
}

/** A refusal's message holds the guard's check and state whole; long ones would bury what it says. */
function shortenMessage(error: PulseError): string {
  if (!isPulseError(error, 'GUARD_REJECTED')) return error.message;
  const { check, state } = error.details;
  return [check, JSON.stringify(state)].reduce(
    (message, part) => message.replace(part, () => (part.length > mostCharacters ? clip(part, mostCharacters) : part)),
    error.message,
  );
}

/** A word as a shell takes it. */
function quote(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? toPrintable(word) : `'${toPrintable(word).replaceAll("'", `'\\''`)}'`;
}
