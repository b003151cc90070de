import { hash, randomBytes } from 'node:crypto';

/** Makes a text of 256 random bits that nobody guesses, after a word that tells what it is. */
export function makeSecret(prefix: string): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

/**
 * What is kept of a secret, and looked up by: its SHA-256.
 *
 * A hash without salt is enough for what is random itself; and since hashes are compared, not secrets, how long that takes
 * tells nothing.
 */
export function hashSecret(secret: string): string {
  return hash('sha256', secret);
}
