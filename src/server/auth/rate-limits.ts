import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { PulseError } from '#domain/errors.ts';
import type { Identity } from './identity.ts';

// Each server counts for itself.
const requests = new RateLimiterMemory({ points: 6_000, duration: 60 });
const signIns = new RateLimiterMemory({ points: 20, duration: 60 });
const signInsToOne = new RateLimiterMemory({ points: 10, duration: 5 * 60 });

/** Counts a request of a token or a person, of which each has so many a minute. **Errors** `RATE_LIMITED` */
export function limitRequests({ actor }: Identity): Promise<void> {
  return consume(requests, `${actor.type}:${actor.id}`);
}

/**
 * Counts an attempt to sign in: by where it comes from, and by whom it is for, so that many can't guess at one together.
 *
 * **Errors** `RATE_LIMITED`
 */
export async function limitSignIns(client: string, email?: string): Promise<void> {
  await consume(signIns, client);
  if (email) await consume(signInsToOne, email.toLowerCase());
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const retryAfterMs = Math.max(1_000, error.msBeforeNext);
    throw new PulseError('RATE_LIMITED', `Too many requests; try again in ${Math.ceil(retryAfterMs / 1_000)} s`, {
      retryAfterMs,
    });
  }
}
