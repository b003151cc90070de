import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { invalidInput } from '#domain/errors.ts';

/** Where a home keeps the key that signs its checkpoints, and the public half for whoever checks them. */
export function locateKeys(home: string): { privateKey: string; publicKey: string } {
  return { privateKey: join(home, 'audit-key.pem'), publicKey: join(home, 'audit-key.pub.pem') };
}

/** Reads an Ed25519 private key in PEM. **Errors** `INVALID_INPUT` when there is none, or others may read it. */
export async function readPrivateKey(path: string): Promise<KeyObject> {
  const key = await readKey('--private-key', path, createPrivateKey);
  const { mode } = await stat(path);
  if (process.platform !== 'win32' && mode & 0o077)
    throw invalidInput(
      '--private-key',
      `${path} may be read by others, who could sign with it; chmod 600 it, or take another`,
    );
  return key;
}

/** Reads an Ed25519 public key in PEM. **Errors** `INVALID_INPUT` when there is none. */
export async function readPublicKey(path: string): Promise<KeyObject> {
  return readKey('--public-key', path, createPublicKey);
}

/**
 * Reads the private key of a home. The first call makes it, for its owner's eyes only; the public half lies beside it.
 *
 * **Errors** `INVALID_INPUT` when it can't be made or read.
 */
export async function ensurePrivateKey(home: string): Promise<{ key: KeyObject; made: boolean }> {
  const paths = locateKeys(home);
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
  try {
    const made = await writeOnce(paths.privateKey, pem, 0o600);
    const key = await readPrivateKey(paths.privateKey);
    await writeFile(paths.publicKey, createPublicKey(key).export({ format: 'pem', type: 'spki' }));
    return { key, made };
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall
      ? invalidInput('--private-key', `can't be made: ${(error as Error).message}`)
      : error;
  }
}

/** Writes a file whole, unless it is there: of two processes at once, one's key stays. */
async function writeOnce(path: string, content: string | Buffer, mode: number): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, content, { mode, flag: 'wx' });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

async function readKey(option: string, path: string, parse: (pem: string) => KeyObject): Promise<KeyObject> {
  const pem = await readFile(path, 'utf8').catch((error: Error) => {
    throw invalidInput(option, `can't be read: ${error.message}`);
  });
  let key: KeyObject | undefined;
  try {
    key = parse(pem);
  } catch {
    // Told below.
  }
  if (key?.asymmetricKeyType !== 'ed25519')
    throw invalidInput(option, `${path} holds no Ed25519 key in PEM, or one with a passphrase`);
  return key;
}
