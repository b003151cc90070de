import type { GuardedEvent } from '#domain/guard.ts';
import type { Json } from '#domain/json.ts';

/** All that a guard's expression sees. */
export interface GuardContext {
  state: Json;
  event: GuardedEvent;
}
