import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isSignedBy, parseCheckpoint, signCheckpoint } from './checkpoint.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const checkpoint = { origin: 'pulse/k3v9x0q2', size: 12, root: 'ab'.repeat(32), time: '2026-01-01T00:00:00.000Z' };
const note = signCheckpoint(checkpoint, privateKey);

describe('given a signed checkpoint', () => {
  it('when it is read, then it says what was signed, and by whom', () => {
    expect(parseCheckpoint(note)).toEqual(checkpoint);
    expect(isSignedBy(note, publicKey)).toBe(true);
  });

  it('when another key is asked for, then it did not sign it', () => {
    expect(isSignedBy(note, generateKeyPairSync('ed25519').publicKey)).toBe(false);
  });

  it('when it has a signature of someone else too, before or after, then it is still signed', () => {
    const [text, signature = ''] = note.split('\n\n');
    const [, other = ''] = signCheckpoint(checkpoint, generateKeyPairSync('ed25519').privateKey).split('\n\n');
    expect(isSignedBy(`${text}\n\n${other}${signature}`, publicKey)).toBe(true);
    expect(isSignedBy(`${text}\n\n${signature}${other}`, publicKey)).toBe(true);
    expect(isSignedBy(`${text}\n\n${other}`, publicKey)).toBe(false);
  });

  it('when any one character of it is another, then it is not signed or is none', () => {
    for (let index = 0; index < note.trimEnd().length; index += 1) {
      const changed = `${note.slice(0, index)}${note[index] === 'x' ? 'y' : 'x'}${note.slice(index + 1)}`;
      expect(isSignedBy(changed, publicKey), `at ${index}`).toBe(false);
    }
  });

  it('when its last digit is another that decodes to the same bytes, then it is not signed', () => {
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    const changed = note.replace(/(.)=\n$/, (_, last: string) => `${digits[digits.indexOf(last) + 1]}=\n`);
    expect(changed).not.toBe(note);
    expect(isSignedBy(changed, publicKey)).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['no signature', note.split('\n\n')[0] ?? ''],
    ['another size', note.replace('\n12\n', '\n012\n')],
    ['a size past what a log can have', note.replace('\n12\n', `\n${'9'.repeat(20)}\n`)],
    ['one line more', note.replace('\ntime', '\nmore\ntime')],
    ['JSON', '{"size":12}'],
  ])('when it is %s, then it is no checkpoint', (_what, text) => {
    expect(() => parseCheckpoint(text)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });
});
