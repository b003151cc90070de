import { type AccessChange, type AccessChangeKind, accessChanges, isAccessChange } from '#domain/access-change.ts';
import type { PulseEvent } from '#domain/event.ts';
import type { WorkflowWords } from './describe-entry.ts';

type Say<K extends AccessChangeKind> = (words: WorkflowWords, change: AccessChange<K>, who: string) => string;

/** A sentence for what happens to people and tokens. `who` did it, which for many is the person itself. */
const sentences: { [K in AccessChangeKind]: Say<K> } = {
  'pulse.person.__join__': (words, { person, role, how }) =>
    words('entry.access.join', { name: person.name, role, how: how === 'set-up' ? 'setUp' : how }),
  'pulse.person.__invite__': (words, { email, role }, who) => words('entry.access.invite', { who, email, role }),
  'pulse.person.__sign_in__': (words, { person, how }) => words('entry.access.signIn', { name: person.name, how }),
  'pulse.person.__sign_in_failed__': (words, { person, how }) =>
    person
      ? words('entry.access.signInFailed', { name: person.name, how })
      : words('entry.access.signInFailedUnknown', { how }),
  'pulse.person.__sign_out__': (words, { person, session }, who) =>
    words(session === null ? 'entry.access.signOutEverywhere' : 'entry.access.signOut', {
      name: person.name,
      by: person.name === who ? 'self' : 'other',
      who,
    }),
  'pulse.person.__password__': (words, { person }) => words('entry.access.password', { name: person.name }),
  'pulse.person.__rename__': (words, { person, before }, who) =>
    words('entry.access.rename', { who, name: person.name, before }),
  'pulse.person.__role__': (words, { person, role, before }, who) =>
    words('entry.access.role', { who, name: person.name, role, before }),
  'pulse.person.__remove__': (words, { person }, who) => words('entry.access.remove', { who, name: person.name }),
  'pulse.token.__create__': (words, { token }, who) => words('entry.access.createToken', { who, name: token.name }),
  'pulse.token.__revoke__': (words, { token }, who) => words('entry.access.revokeToken', { who, name: token.name }),
};

/** Puts into words what an event tells of people and tokens; undefined when it tells of something else. */
export function describeAccess(words: WorkflowWords, { kind, payload, actor }: PulseEvent): string | undefined {
  if (!isAccessChange(kind)) return undefined;
  const { data } = accessChanges[kind].safeParse(payload);
  return data && (sentences[kind] as Say<AccessChangeKind>)(words, data, actor.name);
}
