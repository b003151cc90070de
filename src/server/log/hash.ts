import { hash } from 'node:crypto';
import type { PulseEvent } from '#domain/event.ts';
import { canonicalJson, type Json } from '#domain/json.ts';

/** The hash before a key's first event, and before the log's. */
export const zeroHash = '0'.repeat(64);

/**
 * Hashes an event together with the hash of the key's event before it.
 *
 * **Shape** SHA-256 in hex of the previous hash followed by the event's canonical JSON. The position is left out: it is
 * known only at commit, and the order over all keys is kept by the chain in `log_head`.
 */
export function hashEvent(previousHash: string, event: Omit<PulseEvent, 'position' | 'hash'>): string {
  const { key, sequence, kind, payload, actor, occurredAt } = event;
  return hash('sha256', previousHash + canonicalJson({ key, sequence, kind, payload, actor, occurredAt } as Json));
}

/** Extends the chain over the whole log by the next event's hash, as `pulse_append` does in `log_head`. */
export function extendChain(chain: string, eventHash: string): string {
  return hash('sha256', chain + eventHash);
}
