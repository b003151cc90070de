import { resolve } from 'node:path';
import { keepAdminToken, keepSecret, makeBriefToken, makeDemoLink, makeSetUpLink } from '#server/auth/first-run.ts';
import { readAuthSettings, readPublicUrl } from '#server/auth/settings.ts';
import { openDatabase } from '#server/db/open-database.ts';
import { prepareDatabase } from '#server/db/prepare-database.ts';
import { readOutputDays } from '#server/output/output-days.ts';
import { getPulse, setDefinitions } from '#server/process-pulse.ts';
import type { Pulse } from '#server/pulse.ts';
import { formatUrl, isLoopback, readAddress, toReachableHost } from '../address.ts';
import { hintAtHistory } from '../hint-at-history.ts';
import { loadWorkflows } from '../load-workflows.ts';
import { goOnWhenNobodyReads, print } from '../output/print.ts';
import { waitForAbort, watchStopSignals } from '../signals.ts';
import { startAdapterProcess } from './adapter-process.ts';
import { buildDashboard } from './build-dashboard.ts';
import { findPort, serveDashboard } from './serve-dashboard.ts';
import { startSamples } from './start-samples.ts';
import { drawFirstPage, waitUntilReady } from './wait-until-ready.ts';

/** What `upulse up` is told. */
export interface UpOptions {
  demo?: true;
  workflows?: string;
  adapter: boolean;
  allowCommands?: true;
  maxConnections?: number;
  dev?: true;
}

/** What is closed when it stops, the last opened first. */
type Closers = (() => Promise<void>)[];

/**
 * Runs the database, the dashboard and an adapter until the process is told to stop; then stops them all.
 *
 * A second signal ends this process at once. The adapter notices, stops its roles and then the embedded database.
 */
export async function runUp(options: UpOptions): Promise<void> {
  goOnWhenNobodyReads();
  const { signal } = watchStopSignals({ onForce: () => process.exit(1) });
  const closers: Closers = [];
  try {
    await startAll(options, closers, signal);
    await waitForAbort(signal);
    print('Stopping …');
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    for (const close of closers.reverse()) await close().catch((error: Error) => console.error(error.message));
    // The dashboard's libraries may keep timers; they must not keep the process.
    setTimeout(() => process.exit(), 500).unref();
  }
}

async function startAll(options: UpOptions, closers: Closers, signal: AbortSignal): Promise<void> {
  const { demo = false, workflows, adapter, allowCommands = demo, maxConnections, dev = false } = options;
  const home = resolve(process.env.PULSE_HOME || '.pulse');
  const address = readAddress(process.env);
  readOutputDays(process.env); // What is wrong with it is told before anything is started.
  const port = await findPort(address.host, address.port);

  setDefinitions(await loadWorkflows(workflows, console.error));
  if (!dev) await buildDashboard({ log: print, signal });
  signal.throwIfAborted();
  const database = await openDatabase({ log: print });
  closers.push(database.close);
  signal.throwIfAborted();
  await prepareDatabase(database);
  await hintAtHistory(database, print);
  signal.throwIfAborted();
  // Neither the dashboard nor the adapter needs to be the owner, now that the schema is current.
  delete process.env.DATABASE_OWNER_URL;
  // Before the dashboard changes it. The adapter opens the database by itself, and so outlives this process where it must.
  const adapterEnv = { ...process.env, PULSE_HOME: home, ...(allowCommands && { PULSE_ALLOW_COMMANDS: '1' }) };

  const starting = adapter ? startAdapterProcess({ env: adapterEnv, log: print }) : undefined;
  starting?.catch(() => {}); // It is awaited below, after what goes on meanwhile.
  closers.push(async () => (await starting?.catch(() => undefined))?.stop());
  Object.assign(process.env, { DATABASE_URL: database.url, PULSE_HOME: home });
  process.env.PULSE_SECRET ||= await keepSecret(home);
  readAuthSettings(process.env); // What is wrong with them is told now, not to the first who signs in.
  const dashboard = await serveDashboard({ dev, host: address.host, port, maxConnections });
  closers.push(dashboard.close);
  const url = formatUrl(toReachableHost(address.host), port);
  const answering = waitUntilReady(url, signal).then(() => (dev ? undefined : drawFirstPage(url, signal)));
  await Promise.all([answering, starting]);
  const pulse = await getPulse();
  const adminToken = database.embedded ? await keepAdminToken(pulse, home) : undefined;
  if (demo) await startSamples({ url, home, token: adminToken ?? (await makeBriefToken(pulse)) });
  signal.throwIfAborted();
  await printWayIn(pulse, { demo, origin: readPublicUrl(process.env) ?? url });
  if (!isLoopback(address.host) && !readPublicUrl(process.env)?.startsWith('https:'))
    print('Others reach this address without TLS: put a proxy in front of it and set PUBLIC_URL. See docs/auth.md');
  print(`Pulse is ready: ${formatUrl(address.host, port)}`);
}

/** Links on lines of their own, before the one that says that all is ready. */
async function printWayIn(pulse: Pulse, { demo, origin }: { demo: boolean; origin: string }): Promise<void> {
  if (demo) {
    print(`Sign in: ${origin}${await makeDemoLink(pulse)}`);
    return;
  }
  const setUp = await makeSetUpLink(pulse);
  if (setUp) print(`Set up Pulse, once and within an hour: ${origin}${setUp}`);
}
