import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { invalidInput } from '#domain/errors.ts';

/** What a log was at a moment: the chain over its first `size` events. */
export interface Checkpoint {
  /** Names the log: `pulse/` and its id. */
  origin: string;
  size: number;
  /** The chain, as SHA-256 in hex. */
  root: string;
  /** ISO 8601, UTC. */
  time: string;
}

/** The origin of a log with an id. */
export function nameOrigin(logId: string): string {
  return `pulse/${logId}`;
}

/** An em dash and a space begin a signature. */
const signatureMark = '\u2014 ';
const ed25519Algorithm = 1;
const form =
  /^(pulse\/[0-9a-z]{4,32})\n(0|[1-9]\d{0,14})\n([A-Za-z0-9+/]{43}=)\ntime (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\n\n\u2014 /;

/**
 * Signs a checkpoint with an Ed25519 key.
 *
 * **Shape** a signed note, whose first three lines are those of a transparency log's checkpoint.
 * **Source** `docs/audit.md`; C2SP signed-note and tlog-checkpoint
 */
export function signCheckpoint(checkpoint: Checkpoint, privateKey: KeyObject): string {
  const { origin } = checkpoint;
  const text = formatText(checkpoint);
  const signature = sign(null, Buffer.from(text), privateKey);
  const signed = Buffer.concat([identifyKey(origin, createPublicKey(privateKey)), signature]).toString('base64');
  return `${text}\n${signatureMark}${origin} ${signed}\n`;
}

/** Reads a checkpoint without looking at who signed it. **Errors** `INVALID_INPUT` when it is none. */
export function parseCheckpoint(note: string): Checkpoint {
  const [, origin = '', size, root = '', time = ''] = form.exec(note) ?? [];
  if (size === undefined) throw invalidInput('--checkpoint', 'is no checkpoint of Pulse');
  return { origin, size: Number(size), root: Buffer.from(root, 'base64').toString('hex'), time };
}

/** Whether one of the note's signatures is of this key, over exactly this text. */
export function isSignedBy(note: string, publicKey: KeyObject): boolean {
  const end = note.indexOf(`\n\n${signatureMark}`) + 1;
  const text = note.slice(0, end);
  const origin = text.slice(0, text.indexOf('\n'));
  const keyId = identifyKey(origin, publicKey);
  return note
    .slice(end + 1)
    .split('\n')
    .filter((line) => line.startsWith(`${signatureMark}${origin} `))
    .map((line) => decodeBase64(line.slice(line.lastIndexOf(' ') + 1)))
    .some(
      (bytes) => bytes?.subarray(0, 4).equals(keyId) && verify(null, Buffer.from(text), publicKey, bytes.subarray(4)),
    );
}

/** Of the texts that decode to the same bytes, only the one that encoding gives: the rest of the last digit is zero. */
function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

function formatText({ origin, size, root, time }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root, 'hex').toString('base64')}\ntime ${time}\n`;
}

/** The first four bytes of SHA-256 over name, newline, algorithm and the key's 32 bytes. */
function identifyKey(name: string, publicKey: KeyObject): Buffer {
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.of(ed25519Algorithm))
    .update(raw)
    .digest()
    .subarray(0, 4);
}
