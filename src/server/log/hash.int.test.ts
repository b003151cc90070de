import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson, type Json } from '#domain/json.ts';
import { storableJson } from '#test/json.ts';
import { ana, newKey, setUpPulses } from '#test/pulse.ts';
import { readStoredJson } from '../audit/stored-json.ts';
import { listEvents } from '../events/list-events.ts';
import type { Pulse } from '../pulse.ts';
import { hashEvent, zeroHash } from './hash.ts';

const { pulses } = setUpPulses(2);

/** What a number, a name or a text could turn into on its way: through a decimal, through Prisma's own marks, through SQL. */
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
  fc.constantFrom(1e21, 1e-7, 5e-324, -0, 1.7976931348623157e308, 2 ** 53 + 2, 0.1 + 0.2, 1e15, 123456789012345680000),
);
const name = fc.constantFrom(
  '__proto__',
  'constructor',
  '$type',
  'value',
  'prisma__type',
  '',
  '\\u0000',
  "'",
  'ключ',
  '\u{1f600}',
  'e\u0301',
  'é',
  '1',
  '10',
  '2',
);
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    'Json',
    'DateTime',
    'bigint',
    '\\',
    '\\u0000',
    '\ufffe',
    '\u2028',
    '\u007f',
    '\u0001',
    "');--",
    '{"a":1}',
    '1e400',
    'null',
  ),
);
const awkward: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    number,
    text,
    fc.constantFrom(null, true, false),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.array(fc.tuple(name, tie('json')), { maxLength: 4 }).map((members) => Object.fromEntries(members)),
  ),
})).json;
const payload = fc.oneof(awkward, storableJson);

it('any payload comes back from the database with the hash that it was stored with', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(payload, { minLength: 10, maxLength: 60, size: 'max' }), async (payloads) => {
      const [writer, reader] = pulses as [Pulse, Pulse];
      const key = newKey();
      const sent = payloads.map((each) => JSON.parse(JSON.stringify(each)) as Json);
      const events = sent.map((each) => ({ kind: 'note.added', payload: each }));
      const appended = (await writer.append({ key, events, actor: ana })).events;
      const { events: read } = await listEvents(reader, { key, limit: 1_000 });
      let previous = zeroHash;
      for (const [index, event] of read.entries()) {
        expect(canonicalJson(event.payload)).toBe(canonicalJson(sent[index] as Json));
        expect(event.hash).toBe(appended[index]?.hash);
        expect(hashEvent(previous, event)).toBe(event.hash);
        previous = event.hash;
      }
      expect(read).toHaveLength(sent.length);
      // The text of the column is one that an audit takes for Pulse's own.
      const rows = await reader.prisma.$queryRaw<
        { text: string }[]
      >`SELECT payload::text AS text FROM event WHERE key = ${key}`;
      for (const row of rows) expect(readStoredJson(row.text).defect).toBeUndefined();
    }),
    { numRuns: 40 },
  );
}, 60_000);
