import { createHmac, randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PulseError } from '#domain/errors.ts';
import { chooseServerUser, findProgram, runProgram, type ServerUser } from './embedded-command.ts';

/** The PostgreSQL major version of the embedded packages, which the data on disk belongs to. */
const MAJOR_VERSION = '18';

/** The superuser of an embedded cluster, who owns what is in it. */
const OWNER = 'pulse';

/** The role that the application has. */
const APPLICATION = 'pulse_app';

/** Who connects. */
export interface Login {
  role: string;
  password: string;
}

/** Where an embedded server keeps what it has. */
export interface ClusterPaths {
  root: string;
  data: string;
  log: string;
  lock: string;
  users: string;
  port: string;
  password: string;
}

/** A data directory that is ready to be started. */
export interface Cluster {
  paths: ClusterPaths;
  owner: Login;
  application: Login;
  serverUser: ServerUser;
}

export function locateCluster(home: string): ClusterPaths {
  const root = join(home, 'postgres');
  const at = (name: string) => join(root, name);
  return {
    root,
    data: at('data'),
    log: at('server.log'),
    lock: at('lock'),
    users: at('users'),
    port: at('port'),
    password: at('password'),
  };
}

/**
 * Finds the data directory of a home, or makes it. Call it under the home's lock.
 *
 * A new one is made beside its place and moved there when it is whole, so one that was interrupted is just made again.
 */
export async function prepareCluster(paths: ClusterPaths, log: (message: string) => void): Promise<Cluster> {
  const made = await stat(paths.data).catch(() => null);
  const serverUser = chooseServerUser(made);
  if (!made) {
    log('Creating the embedded database');
    return { paths, serverUser, ...makeLogins(await createData(paths, serverUser)) };
  }
  const version = (await readFile(join(paths.data, 'PG_VERSION'), 'utf8')).trim();
  if (version !== MAJOR_VERSION) {
    const reason = `${paths.data} was written by PostgreSQL ${version}, and this Pulse has ${MAJOR_VERSION}`;
    throw new PulseError('UNAVAILABLE', `${reason}. Dump it with that version, or choose another PULSE_HOME.`, {
      reason,
    });
  }
  return { paths, serverUser, ...makeLogins(await readPassword(paths)) };
}

/**
 * One secret makes both passwords, so that the two can't part. The application's does not tell the owner's.
 */
function makeLogins(secret: string): Pick<Cluster, 'owner' | 'application'> {
  const password = createHmac('sha256', secret).update(APPLICATION).digest('base64url');
  return { owner: { role: OWNER, password: secret }, application: { role: APPLICATION, password } };
}

async function readPassword(paths: ClusterPaths): Promise<string> {
  const password = await readFile(paths.password, 'utf8').catch(() => null);
  if (password) return password.trim();
  const reason = `The database's password can't be read from ${paths.password}`;
  throw new PulseError('UNAVAILABLE', `${reason}. Restore that file, or choose another PULSE_HOME.`, { reason });
}

async function createData(paths: ClusterPaths, serverUser: ServerUser): Promise<string> {
  const interrupted = (await readdir(paths.root)).filter((name) => name.startsWith('new-'));
  await Promise.all(
    interrupted.map((name) => rm(join(paths.root, name), { recursive: true, force: true, maxRetries: 5 })),
  );

  const workshop = await mkdtemp(join(paths.root, 'new-'));
  try {
    const password = randomBytes(24).toString('base64url');
    const [data, passwordFile] = [join(workshop, 'data'), join(workshop, 'password')];
    await mkdir(data, { mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (serverUser) {
      await Promise.all([workshop, data, passwordFile].map((path) => chown(path, serverUser.uid, serverUser.gid)));
    }
    await runProgram(findProgram('initdb'), initdbArguments(data, passwordFile), serverUser, workshop);
    // The password first: data without its password would be of no use.
    await writeFile(paths.password, `${password}\n`, { mode: 0o600 });
    await rename(data, paths.data);
    return password;
  } finally {
    await rm(workshop, { recursive: true, force: true }).catch(() => {}); // The next one removes what is left.
  }
}

/** Code point order and Unicode case rules that are the same on every machine. */
function initdbArguments(data: string, passwordFile: string): string[] {
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = [`--username=${OWNER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  return [`--pgdata=${data}`, ...access, ...locale, '--no-instructions'];
}
