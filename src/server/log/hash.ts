import { hash } from 'node:crypto';
import type { PulseEvent } from '#domain/event.ts';
import { canonicalJson } from '#domain/json.ts';

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
  // Written out, as every append waits for it; the members are in their order.
  const head = `"actor":${canonicalJson(actor)},"key":${JSON.stringify(key)},"kind":${JSON.stringify(kind)}`;
  const rest = `"occurredAt":${JSON.stringify(occurredAt)},"payload":${canonicalJson(payload)},"sequence":${sequence}`;
  return hash('sha256', `${previousHash}{${head},${rest}}`);
}

/** Extends the chain over the whole log by the next event's hash, as `pulse_append` does in `log_head`. */
export function extendChain(chain: string, eventHash: string): string {
  return hash('sha256', chain + eventHash);
}
