import * as z from 'zod/mini';
import type { Actor } from './actor.ts';
import { findTextProblem, type Json, jsonUpTo } from './json.ts';
import { limits } from './limits.ts';

// Control characters, line and paragraph separators, and the marks that reorder text on screen.
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** Names one workflow; all its events share it. 1-200 printable characters of any script, no white space at either end. */
export const Key = z.string().check(
  z.minLength(1, 'must not be empty'),
  z.refine((key) => [...key].length <= limits.keyCharacters, `must be at most ${limits.keyCharacters} characters`),
  z.refine((key) => !unprintable.test(key) && !findTextProblem(key), 'must hold printable characters only'),
  z.refine((key) => key.trim() === key, 'must not begin or end with white space'),
);

/** Names a request, so that it can be repeated: the same id, the first result. */
export const CommandId = z.string().check(
  z.minLength(1),
  z.maxLength(limits.commandIdCharacters),
  z.refine((id) => !findTextProblem(id), 'must be plain text'),
);

/** Why a workflow is aborted, in a person's words. */
export const Reason = z.string().check(
  z.trim(),
  z.refine(
    (text) => [...text].length <= limits.reasonCharacters,
    `must be at most ${limits.reasonCharacters} characters`,
  ),
  z.refine((text) => !findTextProblem(text), 'must be plain text'),
);

/** What an event says: any JSON value of at most 256 KiB. */
export const Payload = jsonUpTo(limits.payloadBytes);

/** An immutable fact of the log. */
export interface PulseEvent {
  /** Place in the whole log: 1, 2, 3 … gapless, in commit order. */
  position: number;
  key: string;
  /** Place within the key's events: 1, 2, 3 … */
  sequence: number;
  kind: string;
  payload: Json;
  actor: Actor;
  /** ISO 8601 with milliseconds, UTC. */
  occurredAt: string;
  /** SHA-256 in hex over this event and, through its predecessor's hash, over all earlier events of the key. */
  hash: string;
}

/** The record of an append that a guard refused. It changed nothing. */
export interface Refusal {
  /** Place among all refusals: 1, 2, 3 … */
  id: number;
  key: string;
  kind: string;
  payload: Json;
  actor: Actor;
  /** The guard that refused, and the check that did not hold. */
  guard: string;
  check: string;
  /** The guard's state for the key at that moment. */
  state: Json;
  occurredAt: string;
  /** The position of the last event in the log before the refusal: where it stands in a timeline. */
  afterPosition: number;
}

/** One line of an audit trail. */
export type TimelineEntry = ({ type: 'event' } & PulseEvent) | ({ type: 'refusal' } & Refusal);
