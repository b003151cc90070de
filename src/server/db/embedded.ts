import { randomUUID } from 'node:crypto';
import { access, constants, mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PulseError } from '#domain/errors.ts';
import { type Cluster, type ClusterPaths, locateCluster, prepareCluster } from './embedded-cluster.ts';
import { withLock } from './embedded-lock.ts';
import { identifyProcess, isProcessAlive } from './embedded-process.ts';
import { ensureServer, isServerRunning, stopServer } from './embedded-server.ts';

/** A PostgreSQL server that this process shares with the others of its home. */
export interface EmbeddedServer {
  /** The URL of the database `pulse`, as the application. */
  url: string;
  /** The same as its owner, the server's superuser. */
  ownerUrl: string;
  /** Gives the server up; the last process to do so stops it. A second call does nothing. */
  close(): Promise<void>;
}

/** How often a process looks whether the server that it uses still runs. */
const watchMs = 1_000;

/**
 * Opens the PostgreSQL server of a home: makes its data directory, starts it, or joins the others that use it.
 *
 * A process that ends without closing is noticed by the next one, so nothing needs to be cleaned up by hand. While it is
 * open, a server that was killed is started again, on the same port.
 *
 * Errors: UNAVAILABLE when there is no PostgreSQL for this platform, the home can't be written or the server does not start.
 */
export async function openEmbeddedServer({
  home,
  log = () => {},
}: {
  home: string;
  log?: (message: string) => void;
}): Promise<EmbeddedServer> {
  const paths = await makePlace(home).catch((error: Error) => {
    const reason = `${home} can't be used for the embedded database: ${error.message}`;
    throw new PulseError('UNAVAILABLE', `${reason}. Set PULSE_HOME to a directory of yours.`, { reason });
  });

  return withLock(paths.lock, async () => {
    const cluster = await prepareCluster(paths, log);
    const urls = await ensureServer(cluster, log);
    const registration = await register(paths.users);
    const stopWatching = keepRunning(cluster, log);
    let closing: Promise<void> | undefined;
    return {
      ...urls,
      close: () => {
        stopWatching();
        closing ??= withLock(paths.lock, async () => {
          await rm(registration, { force: true });
          if (await hasUsers(paths.users)) return;
          await stopServer(cluster);
          log('The embedded database has stopped');
        });
        return closing;
      },
    };
  });
}

/** Starts the server again when it is gone, until told to stop. Of the processes of the home one does so, under the lock. */
function keepRunning(cluster: Cluster, log: (message: string) => void): () => void {
  const stopped = new AbortController();
  const watch = async () => {
    for (;;) {
      await sleep(watchMs, undefined, { ref: false, signal: stopped.signal });
      if (await isServerRunning(cluster)) continue;
      await withLock(cluster.paths.lock, async () => {
        if (stopped.signal.aborted || (await isServerRunning(cluster))) return;
        log('The embedded database is gone; it is started again');
        await ensureServer(cluster, log).catch((error: Error) => log(error.message));
      });
    }
  };
  watch().catch(() => {}); // Ends when it is told to stop.
  return () => stopped.abort();
}

/** By its real path: a server is recognised by the path that it was started with. */
async function makePlace(home: string): Promise<ClusterPaths> {
  await mkdir(home, { recursive: true });
  const paths = locateCluster(await realpath(home));
  await mkdir(paths.users, { recursive: true });
  await access(paths.users, constants.W_OK);
  return paths;
}

async function register(directory: string): Promise<string> {
  const path = join(directory, `${process.pid}-${randomUUID()}`);
  await writeFile(path, (await identifyProcess(process.pid)) ?? '');
  return path;
}

/** Whether any registered process is alive; forgets those that are not. */
async function hasUsers(directory: string): Promise<boolean> {
  const alive = await Promise.all(
    (await readdir(directory)).map(async (name) => {
      const path = join(directory, name);
      if (await isProcessAlive(await readFile(path, 'utf8'))) return true;
      await rm(path, { force: true });
      return false;
    }),
  );
  return alive.includes(true);
}
