import { appendFile, chown, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPulseError, PulseError } from '#domain/errors.ts';
import type { Cluster, Login } from './embedded-cluster.ts';
import { findProgram, runProgram, type ServerUser } from './embedded-command.ts';
import { readCommandLine } from './embedded-process.ts';
import { withConnection } from './with-connection.ts';

const HOST = '127.0.0.1';
const DATABASE = 'pulse';
const START_TIMEOUT_MS = 60_000;
const RETRY_MS = 50;
const PORT_WAIT_MS = 1_000;
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/** For a local control plane: loopback only, durable, the same in every time zone. */
const SETTINGS = {
  listen_addresses: HOST,
  unix_socket_directories: '',
  max_connections: 200,
  shared_buffers: '128MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  fsync: 'on',
  synchronous_commit: 'on',
};

/**
 * Makes sure that the server of a cluster runs and has its database and the application's role. Call it under the home's lock.
 *
 * A server that another process left running is used as it is; one that was killed is started again and recovers.
 *
 * Shape: the URLs of the database, as the application and as its owner.
 * Errors: UNAVAILABLE, with the end of the server's log when it does not start.
 */
export async function ensureServer(
  cluster: Cluster,
  log: (message: string) => void,
): Promise<{ url: string; ownerUrl: string }> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const running = await findServer(cluster);
    const port = running?.port ?? (await startServer(cluster, deadline, log));
    try {
      await createDatabase(cluster, port);
      return { url: makeUrl(cluster.application, port, DATABASE), ownerUrl: makeUrl(cluster.owner, port, DATABASE) };
    } catch (error) {
      // It may be starting, recovering or going down, left by a process that died meanwhile.
      if (!isStillChanging(error) || Date.now() > deadline) throw unavailable(cluster, error);
      await sleep(RETRY_MS);
    }
  }
}

/** Stops the server of a cluster, if one runs. Call it under the home's lock. */
export async function stopServer(cluster: Cluster): Promise<void> {
  if (!(await findServer(cluster))) return;
  const args = ['stop', '--pgdata', cluster.paths.data, '--mode=fast', '--wait', '--timeout=30', '--silent'];
  await runProgram(findProgram('pg_ctl'), args, cluster.serverUser, cluster.paths.data);
}

/** Whether the server of a cluster runs; it may still be starting. */
export async function isServerRunning(cluster: Cluster): Promise<boolean> {
  return (await findServer(cluster)) !== null;
}

/** The running server by its `postmaster.pid`: the first line is the pid, the fourth the port. */
async function findServer({ paths }: Cluster): Promise<{ port: number } | null> {
  const lines = (await readFile(pidFile(paths.data), 'utf8').catch(() => '')).split('\n');
  const commandLine = await readCommandLine(Number.parseInt(lines[0] ?? '', 10));
  // After a reboot, or in a container, the pid of a dead server may be another process's.
  if (!commandLine?.includes(paths.data)) return null;
  return { port: Number(lines[3]) };
}

async function startServer(cluster: Cluster, deadline: number, log: (message: string) => void): Promise<number> {
  const { paths, serverUser } = cluster;
  // Without this PostgreSQL refuses to start when the pid has been reused. It still notices, by the shared memory of
  // the directory, when a process of a killed server is alive.
  await rm(pidFile(paths.data), { force: true });
  await prepareLog(paths.log, serverUser);
  const program = findProgram('pg_ctl');
  for (;;) {
    const port = await choosePort(paths.port);
    const settings = Object.entries({ ...SETTINGS, port }).map(([name, value]) => `-c ${name}=${value || "''"}`);
    const options = ['--log', paths.log, '--options', settings.join(' '), '--wait', '--timeout=60', '--silent'];
    const logStart = (await stat(paths.log).catch(() => null))?.size ?? 0;
    try {
      await runProgram(program, ['start', '--pgdata', paths.data, ...options], serverUser, paths.data);
      log(`The embedded database runs on ${HOST}:${port}`);
      return port;
    } catch (error) {
      const reason = (await readFile(paths.log).catch(() => Buffer.of())).subarray(logStart).toString().trim();
      const passes = /could not bind|still in use/.test(reason);
      if (!passes || Date.now() > deadline) throw unavailable(cluster, error, reason);
      await sleep(RETRY_MS);
    }
  }
}

/** The port of last time, so that URLs stay valid over a restart; another one when it stays taken. */
async function choosePort(path: string): Promise<number> {
  const last = Number(await readFile(path, 'utf8').catch(() => ''));
  const port = (last > 0 && (await waitForPort(last))) || (await tryPort(0));
  if (!port) throw new Error(`No free port on ${HOST}`);
  await writeFile(path, `${port}\n`);
  return port;
}

/** A server that was killed holds its port for a moment after its pid is gone. */
async function waitForPort(port: number): Promise<number | null> {
  const deadline = Date.now() + PORT_WAIT_MS;
  for (;;) {
    const free = await tryPort(port);
    if (free || Date.now() > deadline) return free;
    await sleep(RETRY_MS);
  }
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(null));
    probe.listen(port, HOST, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : null));
    });
  });
}

/** What is there already, from an earlier start or an earlier Pulse, stays as it is. */
async function createDatabase({ owner, application }: Cluster, port: number): Promise<void> {
  await withConnection(makeUrl(owner, port, 'postgres'), async (client) => {
    const databases = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (!databases.rowCount) await client.query(`CREATE DATABASE ${DATABASE}`);
    const roles = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [application.role]);
    if (!roles.rowCount) await client.query(`CREATE ROLE ${application.role} LOGIN PASSWORD '${application.password}'`);
  });
}

function makeUrl({ role, password }: Login, port: number, database: string): string {
  return `postgresql://${role}:${password}@${HOST}:${port}/${database}`;
}

function pidFile(data: string): string {
  return join(data, 'postmaster.pid');
}

/** The server writes it, in a directory where it may not make files. */
async function prepareLog(path: string, serverUser: ServerUser): Promise<void> {
  const size = (await stat(path).catch(() => null))?.size ?? 0;
  if (size > LOG_LIMIT_BYTES) await rename(path, `${path}.1`);
  await appendFile(path, '', { mode: 0o600 });
  if (serverUser) await chown(path, serverUser.uid, serverUser.gid);
}

/** 57P01 to 57P03: shutting down, crashed, starting up. */
function isStillChanging(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return /^(57P0[123]|ECONNREFUSED|ECONNRESET)$/.test(code) || /terminated unexpectedly|timeout/.test(message);
}

function unavailable(cluster: Cluster, cause: unknown, reason = ''): PulseError {
  if (isPulseError(cause) && !reason) return cause;
  const text = reason || (cause instanceof Error ? cause.message : String(cause));
  const message = `The embedded database in ${cluster.paths.data} can't be used: ${text}\nIts log is ${cluster.paths.log}.`;
  return new PulseError('UNAVAILABLE', message, { reason: text }, { cause });
}
