import type { GuardInfo } from '#domain/guard.ts';
import type { Json } from '#domain/json.ts';

/** What a new guard is begun from. */
const blank = {
  name: 'two-approvals',
  initial_value: { approvals: 0 },
  sources: [
    { kind: 'review.approved', check: 'true', transition: "{'approvals': state.approvals + 1}" },
    { kind: 'deploy.asked', check: 'state.approvals >= 2', transition: 'state' },
  ],
};

/** The text that the editor begins with. */
export function toDraftText(from: GuardInfo | null): string {
  const { name, initial_value, sources } = from ?? blank;
  return JSON.stringify({ name, initial_value, sources }, null, 2);
}

/** JSON, or what keeps a text from being that; empty where nothing is written. */
export type ParsedText = { state: 'json'; value: Json } | { state: 'empty' } | { state: 'broken'; problem: string };

export function parseText(text: string): ParsedText {
  if (text.trim() === '') return { state: 'empty' };
  try {
    return { state: 'json', value: JSON.parse(text) as Json };
  } catch (error) {
    return { state: 'broken', problem: (error as Error).message };
  }
}

/** What the fields of the try-out hold. */
export interface TrialFields {
  against: 'stored' | 'made';
  position: string;
  key: string;
  kind: string;
  payload: string;
  state: string;
}

/** What to ask the draft about; undefined while the fields do not name an event. */
export function toTrial({ against, position, key, kind, payload, state }: TrialFields) {
  const [saidPayload, saidState] = [parseText(payload), parseText(state)];
  if (saidState.state === 'broken') return undefined;
  const known = saidState.state === 'json' ? { state: saidState.value } : {};
  if (against === 'stored')
    return /^[1-9]\d{0,14}$/.test(position.trim()) ? { position: Number(position), ...known } : undefined;
  if (key.trim() === '' || kind.trim() === '' || saidPayload.state === 'broken') return undefined;
  const said = saidPayload.state === 'json' ? { payload: saidPayload.value } : {};
  return { event: { key: key.trim(), kind: kind.trim(), ...said }, ...known };
}
