import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PulseEvent } from '#domain/event.ts';
import { canonicalJson, type Json } from '#domain/json.ts';
import { storableJson } from '#test/json.ts';
import { extendChain, hashEvent, zeroHash } from './hash.ts';

type Content = Omit<PulseEvent, 'position' | 'hash'>;

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
const actor = fc.record({
  type: fc.constantFrom('user', 'token', 'adapter', 'system'),
  id: text,
  name: text,
  via: fc.constantFrom('web', 'cli', 'api', 'adapter'),
});
const fields: { [field in keyof Content]: fc.Arbitrary<Content[field]> } = {
  key: text,
  sequence: fc.integer({ min: 1, max: 2_147_483_647 }),
  kind: fc.stringMatching(/^[a-z]{1,3}\.[a-z]{1,3}$/),
  payload: storableJson,
  actor,
  occurredAt: fc.date({ noInvalidDate: true, min: new Date(0) }).map((date) => date.toISOString()),
};
const content = fc.record(fields);
const previous = fc.stringMatching(/^[0-9a-f]{64}$/);

const change = fc
  .constantFrom(...(Object.keys(fields) as (keyof Content)[]))
  .chain((field) => fc.record({ field: fc.constant(field), value: fields[field] as fc.Arbitrary<unknown> }));
const member = fc
  .constantFrom('type', 'id', 'name', 'via')
  .chain((name) => fc.record({ [name]: text }) as fc.Arbitrary<Partial<Content['actor']>>);

describe('given the hash of any event', () => {
  it('when it is made as the document says, then it is the same', () => {
    fc.assert(
      fc.property(previous, content, (before, event) => {
        const { actor, key, kind, occurredAt, payload, sequence } = event;
        const members = { actor: canonicalJson(actor), key, kind, occurredAt, payload, sequence };
        const written = Object.entries(members).map(
          ([name, value]) => `"${name}":${name === 'actor' ? value : canonicalJson(value as Json)}`,
        );
        const hash = createHash('sha256')
          .update(`${before}{${written.join(',')}}`, 'utf8')
          .digest('hex');
        expect(hashEvent(before, event)).toBe(hash);
      }),
    );
  });

  it('when one field is another, then the hash is', () => {
    fc.assert(
      fc.property(content, change, (event, { field, value }) => {
        fc.pre(canonicalJson(value as Json) !== canonicalJson(event[field] as Json));
        expect(hashEvent(zeroHash, { ...event, [field]: value })).not.toBe(hashEvent(zeroHash, event));
      }),
      { numRuns: 500 },
    );
  });

  it('when one thing about the actor is another, then the hash is', () => {
    fc.assert(
      fc.property(content, member, (event, changed) => {
        const other = { ...event, actor: { ...event.actor, ...changed } };
        fc.pre(canonicalJson(other.actor) !== canonicalJson(event.actor));
        expect(hashEvent(zeroHash, other)).not.toBe(hashEvent(zeroHash, event));
      }),
    );
  });

  it('when the event before it is another, then the hash is', () => {
    fc.assert(
      fc.property(content, previous, previous, (event, one, other) => {
        fc.pre(one !== other);
        expect(hashEvent(one, event)).not.toBe(hashEvent(other, event));
        expect(extendChain(zeroHash, one)).not.toBe(extendChain(zeroHash, other));
        expect(extendChain(one, zeroHash)).not.toBe(extendChain(other, zeroHash));
      }),
    );
  });

  it('when its place in the log, its hash or the order of its members is another, then the hash stays', () => {
    fc.assert(
      fc.property(content, fc.nat(), (event, position) => {
        const turned = Object.fromEntries(Object.entries({ ...event, position, hash: 'x' }).toReversed()) as Content &
          object;
        expect(hashEvent(zeroHash, turned as Content)).toBe(hashEvent(zeroHash, event));
      }),
    );
  });
});
