import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { InvalidArgumentError } from 'commander';
import { invalidInput } from '#domain/errors.ts';
import type { Json } from '#domain/json.ts';
import { limits } from '#domain/limits.ts';
import type { Status } from '#domain/workflow.ts';

// Not the schema: loading zod would double the time that `upulse --help` takes.
const statuses: Record<Status, true> = { active: true, aborted: true, ended: true };

/** Parses an option that is a whole number from 1. Its upper limit is the server's to say. */
export function parseCount(value: string): number {
  if (/^\d{1,15}$/.test(value) && Number(value) > 0) return Number(value);
  throw new InvalidArgumentError('It must be a whole number from 1.');
}

/** Parses `--concurrency`: what no server looks at is limited here. */
export function parseConcurrency(value: string): number {
  const count = parseCount(value);
  if (count <= limits.workflowsAtOnce) return count;
  throw new InvalidArgumentError(`It must be at most ${limits.workflowsAtOnce}.`);
}

const spanShape = /^(\d{1,9})(ms|s|m|h|d)$/;
const unitMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Parses an option that is a span of time: `500ms`, `10s`, `5m`, `2h`, `1d`. **Units** milliseconds. */
export function parseDuration(value: string): number {
  const [, count, unit = ''] = spanShape.exec(value) ?? [];
  if (count !== undefined) return Number(count) * (unitMs[unit] as number);
  throw new InvalidArgumentError('It must be a time such as 500ms, 10s, 5m or 2h.');
}

const momentShape = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** Parses `--expires`: a moment, or a span of time from now. **Shape** ISO 8601 in UTC */
export function parseExpiry(value: string, nowMs: number): string {
  const day = momentShape.exec(value)?.[1];
  const ms = spanShape.test(value) ? nowMs + parseDuration(value) : day && isDay(day) ? Date.parse(value) : Number.NaN;
  const expiry = toIso(ms);
  if (expiry) return expiry;
  throw new InvalidArgumentError('It must be a time such as 2027-01-31T00:00:00Z, or 30d for so long from now.');
}

/** Whether the calendar has it: `Date` takes the 30th of February for the 2nd of March. */
function isDay(day: string): boolean {
  return toIso(Date.parse(`${day}T00:00:00Z`))?.startsWith(day) ?? false;
}

/** **Shape** undefined past the year 9999, and for what is no time. */
function toIso(ms: number): string | undefined {
  const date = new Date(ms);
  return date.getUTCFullYear() >= 0 && date.getUTCFullYear() <= 9_999 ? date.toISOString() : undefined;
}

/** No timer and no `integer` of the database holds 25 days of milliseconds. */
const longestDays = 24;

/** Parses a span of time that a timer of this process waits, such as `--drain`. */
export function parseTimer(value: string): number {
  const ms = parseDuration(value);
  if (ms <= longestDays * 86_400_000) return ms;
  throw new InvalidArgumentError(`It must be at most ${longestDays}d.`);
}

const shortestLeaseMs = 1_000;

/** Parses `--lease-ttl`: a shorter one would run out on a busy machine before it is renewed. */
export function parseLeaseTtl(value: string): number {
  const ms = parseTimer(value);
  if (ms >= shortestLeaseMs) return ms;
  throw new InvalidArgumentError('It must be at least 1s.');
}

/** Parses `--status`, which may be given several times or list several, separated by commas. */
export function parseStatuses(value: string, before: Status[] = []): Status[] {
  const words = value.split(',').map((word) => word.trim());
  if (words.every(isStatus)) return [...before, ...words];
  throw new InvalidArgumentError(`It must be one of ${Object.keys(statuses).join(', ')}.`);
}

/** Gathers the values of an option that may be given several times. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** Parses an option that is JSON. **Errors** `INVALID_INPUT`, which names the option and the place. */
export function parseJson(option: string, value: string): Json {
  try {
    return JSON.parse(value.replace(/^\ufeff/, ''));
  } catch (error) {
    throw invalidInput(option, `is not JSON: ${describePlace((error as Error).message, value)}`);
  }
}

/** Reads and parses a file of JSON, or standard input for `-`. **Errors** `INVALID_INPUT`, which begins with `name` */
export async function readJsonFile(name: string, path: string): Promise<Json> {
  const content = await (path === '-' ? text(process.stdin) : readFile(path, 'utf8')).catch((error: Error) => {
    throw invalidInput(name, `can't be read: ${error.message}`);
  });
  return parseJson(name, content);
}

/** The parser gives an offset, or the text around it; people look for lines. */
function describePlace(message: string, value: string): string {
  const offset = /at position (\d+)(?!.*\(line)/.exec(message)?.[1];
  if (offset === undefined) return message;
  const before = value.slice(0, Number(offset)).split('\n');
  return `${message} (line ${before.length}, column ${(before.at(-1) ?? '').length + 1})`;
}

function isStatus(word: string): word is Status {
  return Object.hasOwn(statuses, word);
}
