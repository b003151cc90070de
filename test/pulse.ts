import { afterAll, beforeAll } from 'vitest';
import type { Actor } from '#domain/actor.ts';
import type { Json } from '#domain/json.ts';
import { openPulse, type Pulse } from '#server/pulse.ts';
import { createTestDatabase } from './database.ts';

export const ana: Actor = { type: 'user', id: 'ana', name: 'Ana', via: 'web' };
export const ben: Actor = { type: 'user', id: 'ben', name: 'Ben', via: 'cli' };

/**
 * Gives a test file a database of its own and some Pulses on it, as if each were another process. `url` is the
 * application's, as theirs is; `ownerUrl` is for what only the owner of the tables may do.
 */
export function setUpPulses(count = 1): { pulses: Pulse[]; url: () => string; ownerUrl: () => string } {
  const pulses: Pulse[] = [];
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  beforeAll(async () => {
    database = await createTestDatabase();
    for (let index = 0; index < count; index += 1) pulses.push(await openPulse({ url: database.url }));
  });
  afterAll(async () => {
    await Promise.all(pulses.map((pulse) => pulse.close()));
    await database.close();
  });
  return { pulses, url: () => database.url, ownerUrl: () => database.ownerUrl };
}

/** Appends one event. */
export function appendOne(pulse: Pulse, key: string, kind: string, payload: Json = {}, actor: Actor = ana) {
  return pulse.append({ key, events: [{ kind, payload }], actor });
}

let keys = 0;

/** A key that no other test of the file has used. */
export function newKey(): string {
  keys += 1;
  return `key-${keys}`;
}
