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

/** SQLSTATEs, Node's and Prisma's codes, and the kinds of Prisma's driver adapters. */
const connectionCodes =
  /^(08[0-9A-Z]{3}|57P0[1235]|25P04|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|P100[128]|P1017|P2024|DatabaseNotReachable|ConnectionClosed|SocketTimeout)$/;
/** What the driver says without a code. */
const connectionMessages =
  /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Whether a database error says that the server or the connection is gone, rather than that the statement is wrong. */
export function isConnectionProblem(error: unknown): boolean {
  if (!(error instanceof Object)) return false;
  const { code, originalCode, kind, message, cause, meta } = error as Record<string, unknown>;
  return (
    [code, originalCode, kind].some((name) => typeof name === 'string' && connectionCodes.test(name)) ||
    (typeof message === 'string' && connectionMessages.test(message)) ||
    isConnectionProblem(cause) ||
    isConnectionProblem((meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError)
  );
}

/** Turns a database error into `UNAVAILABLE` where the database is out of reach; any other error stays what it is. */
export function toUnavailable(error: unknown): unknown {
  if (!isConnectionProblem(error)) return error;
  const reason = 'the database does not answer';
  const message = `${reason}; what was asked may or may not have been stored: try again with the same commandId`;
  return new PulseError('UNAVAILABLE', message, { reason }, { cause: error });
}
