import { setTimeout as sleep } from 'node:timers/promises';
import { PulseError } from '#domain/errors.ts';

const retryForMs = 10_000;
const firstPauseMs = 20;
const maxPauseMs = 1_000;

/**
 * Calls again while the connection to the database is lost. What it calls must do no harm when it runs twice.
 *
 * **Errors** `UNAVAILABLE` when the database stays out of reach for ten seconds.
 */
export async function retryConnection<T>(call: () => Promise<T>): Promise<T> {
  const giveUpAt = Date.now() + retryForMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, maxPauseMs)) {
    try {
      return await call();
    } catch (error) {
      if (!isConnectionProblem(error) || Date.now() > giveUpAt) throw toUnavailable(error);
      await sleep(pauseMs);
    }
  }
}

const connectionProblems =
  /P1001|P1002|P1008|P1017|P2024|ECONNRE|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|57P0[1235]|08[0-9A-Z]{3}|25P04|53300|Connection terminated|timeout exceeded when trying to connect|Server has closed|DatabaseNotReachable|ConnectionClosed|SocketTimeout/;

/** Whether a database error says that the server or the connection is gone, rather than that the statement is wrong. */
export function isConnectionProblem(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Object; cause = (cause as { cause?: unknown }).cause) {
    const { code, message, meta } = cause as { code?: unknown; message?: unknown; meta?: unknown };
    if (connectionProblems.test(`${String(code)} ${String(message)} ${meta ? JSON.stringify(meta) : ''}`)) return true;
  }
  return false;
}

/** Turns a database error into `UNAVAILABLE` where the database is out of reach; any other error stays what it is. */
export function toUnavailable(error: unknown): unknown {
  if (!isConnectionProblem(error)) return error;
  const reason = 'the database does not answer';
  const message = `${reason}; what was asked may or may not have been stored: try again with the same commandId`;
  return new PulseError('UNAVAILABLE', message, { reason }, { cause: error });
}
