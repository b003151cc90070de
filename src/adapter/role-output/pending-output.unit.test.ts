import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPendingOutput } from './pending-output.ts';

const stream = fc.constantFrom('stdout' as const, 'stderr' as const);

describe('pending output', () => {
  it('gives the text of each stream as it was printed, however it was cut up and taken', () => {
    const step = fc.oneof(
      fc.record({ stream, bytes: fc.uint8Array({ maxLength: 5 }) }),
      fc.record({ stream, bytes: fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)) }),
      fc.nat(20),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const pending = createPendingOutput();
        const printed = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
        const taken = [];
        for (const one of steps) {
          if (typeof one === 'number') taken.push(...pending.take(one));
          else {
            pending.add(one.stream, Buffer.from(one.bytes));
            printed[one.stream].push(one.bytes);
          }
        }
        pending.finish();
        taken.push(...pending.take(Number.POSITIVE_INFINITY));
        for (const name of ['stdout', 'stderr'] as const) {
          const text = taken.filter((chunk) => chunk.stream === name).map((chunk) => chunk.text);
          expect(text.join('')).toBe(Buffer.concat(printed[name]).toString('utf8').replaceAll('\0', '\ufffd'));
        }
        let end = 0;
        for (const chunk of taken) {
          end += chunk.bytes;
          expect(chunk.endByte).toBe(end);
        }
        expect(pending.heldBytes()).toBe(0);
      }),
    );
  });

  it('joins what one stream has printed, and cuts what is long', () => {
    const pending = createPendingOutput();
    for (const text of ['a', 'b', '\u001b[31mc']) pending.add('stdout', Buffer.from(text));
    pending.add('stderr', Buffer.from('x'.repeat(40_000)));
    const chunks = pending.take(1_000_000);
    expect(chunks.map(({ text }) => text.slice(0, 9))).toEqual(['ab\u001b[31mc', ...Array(3).fill('xxxxxxxxx')]);
    expect(chunks.map(({ bytes }) => bytes)).toEqual([8, 16_384, 16_384, 7_232]);
  });

  it('counts what it drops, and begins anew with a whole character', () => {
    const pending = createPendingOutput();
    pending.add('stdout', Buffer.from('one'));
    const euro = Buffer.from('€');
    pending.add('stdout', euro.subarray(0, 1));
    expect(pending.take(100)).toMatchObject([{ text: 'one', endByte: 3 }]);
    pending.add('stdout', Buffer.from('dropped'));
    pending.add('stdout', Buffer.concat([euro.subarray(1), Buffer.from('two')]));
    pending.dropOldest();
    expect(pending.take(100)).toMatchObject([{ text: 'two', bytes: 5, endByte: 3 + 8 + 5 }]);
  });

  it('takes memory also for what is printed byte by byte', () => {
    const pending = createPendingOutput();
    for (let n = 0; n < 1_000; n += 1) pending.add('stdout', Buffer.from('.'));
    expect(pending.heldBytes()).toBeGreaterThan(100_000);
  });
});
