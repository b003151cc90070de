import { setTimeout as sleep } from 'node:timers/promises';
import { PulseError } from '#domain/errors.ts';

const pollMs = 50;
const timeoutMs = 60_000;

/**
 * Waits until a server says that it can do its work.
 *
 * **Errors** `UNAVAILABLE` with what it lacks when that takes more than a minute; the signal's reason when that fires.
 */
export async function waitUntilReady(url: string, signal: AbortSignal): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const problem = await findProblem(url, signal);
    signal.throwIfAborted();
    if (problem === undefined) return;
    if (Date.now() > deadlineMs) {
      throw new PulseError('UNAVAILABLE', `Pulse did not become ready: ${problem}`, { reason: problem });
    }
    await sleep(pollMs, undefined, { signal });
  }
}

/** Has a page drawn that nobody sees: what the first one has to load must not be waited for by who opens the next. */
export async function drawFirstPage(url: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(`${url}/sign-in`, { signal });
  await response.text();
}

async function findProblem(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/api/ready`, { signal });
    if (response.ok) return undefined;
    const body = (await response.json()) as { reason?: string };
    return body.reason ?? `/api/ready answered ${response.status}`;
  } catch (error) {
    return (error as Error).message;
  }
}
