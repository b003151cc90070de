import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowDefinition } from '#domain/definition.ts';
import { isPulseError } from '#domain/errors.ts';
import type { PulseEvent } from '#domain/event.ts';
import { control, isControl, splitKind } from '#domain/kind.ts';
import { readWait, type Wait } from '#domain/wait.ts';
import { registerAdapter } from '#server/adapters/register-adapter.ts';
import { unregisterAdapter } from '#server/adapters/unregister-adapter.ts';
import type { Claim } from '#server/leases/claim-workflows.ts';
import { createLook } from '#server/leases/look-at-workflow.ts';
import { releaseLease } from '#server/leases/release-lease.ts';
import type { Pulse } from '#server/pulse.ts';
import { cascades as cascadesToChildren } from '#server/workflows/finish-cascades.ts';
import type { AdapterContext } from './adapter-context.ts';
import { startCascades } from './cascades.ts';
import { startClaiming } from './claiming.ts';
import { startHeartbeat } from './heartbeat.ts';
import { createHeld, type Held } from './held.ts';
import { reapOrphans } from './processes/reap-orphans.ts';
import { createWatchdog } from './processes/watchdog.ts';
import { createRefusedCommands } from './refused-commands.ts';
import { createOutputWriter } from './role-output/output-writer.ts';
import { removeOrphanedFiles } from './round-files.ts';
import { runWorkflow } from './runner.ts';
import { watchLog } from './watch-log.ts';

export interface AdapterOptions {
  pulse: Pulse;
  /** What it can run; workflows of other names are left to other adapters. */
  definitions: readonly WorkflowDefinition[];
  /** `PULSE_HOME`, for what roles keep beside the log. */
  home: string;
  /**
   * Whether it runs the programs that a workflow's input names. Default: false, such a workflow is left to an adapter that
   * does; while none is alive it ends with `failed`.
   */
  allowCommands?: boolean;
  /** How many workflows it runs at once. Default: 8. */
  concurrency?: number;
  /** Names it in the log. Default: a random UUID. Two adapters must not share one. */
  id?: string;
  /** After how long without a sign of life others take its workflows over. Default: 10 000. */
  leaseTtlMs?: number;
  /** How long a workflow keeps its place when others wait for one; the round that runs then is finished first. Default: 250. */
  turnMs?: number;
  /** How long `stop` waits for roles to die. Default: 10 000. */
  stopTimeoutMs?: number;
  /**
   * Asked before each tick of a workflow, which stands still until it resolves; the signal fires when that is no longer
   * needed. Default: ticks follow one another.
   */
  pace?: (key: string, signal: AbortSignal) => Promise<void>;
  /** Takes lines for the people who run it. Default: they are dropped. */
  log?: (line: string) => void;
}

/** A worker that runs workflows. */
export interface Adapter {
  id: string;
  /**
   * Begins no more rounds and lets those that run end by themselves for up to `drainMs` (default: 0). Then it stops their roles,
   * hands its workflows back and says goodbye. Called again, it waits for no round any more.
   *
   * The log stays open: whoever opened it closes it.
   */
  stop(options?: { drainMs?: number }): Promise<void>;
}

/**
 * Starts an adapter: it claims workflows that need one and runs them, round by round. First it stops what dead adapters
 * have left behind on this host.
 *
 * **Errors** `UNAVAILABLE` when the database can't be reached at the start; later it waits until it can.
 * **Source** the section Adapter of the design.
 */
export async function startAdapter(options: AdapterOptions): Promise<Adapter> {
  const { pulse, id = randomUUID(), concurrency = 8 } = options;
  const { leaseTtlMs = 10_000, turnMs = 250, stopTimeoutMs = 10_000 } = options;
  const refused = createRefusedCommands(options.definitions, options.allowCommands ?? false);
  const definitions = new Map(options.definitions.map((one) => [one.name, refused.replace(one)]));
  const limited = options.definitions.flatMap(({ name, limit }) =>
    limit === undefined ? [] : [[name, limit] as const],
  );
  const stopping = new AbortController();
  const leaving = new AbortController();
  const log = options.log ?? (() => {});
  const home = path.resolve(options.home);
  const watchdog = createWatchdog(home, log);
  const adapter: AdapterContext = {
    id,
    pulse,
    look: createLook(pulse),
    actor: { type: 'adapter', id, name: `${hostname()}/${id.slice(0, 8)}`, via: 'adapter' },
    definitions,
    refused,
    home,
    watchdog,
    output: createOutputWriter(pulse, log),
    concurrency,
    leaseTtlMs,
    turnMs,
    limits: new Map(limited),
    pace: options.pace,
    isStopping: () => stopping.signal.aborted,
    log,
  };
  const registration = {
    id,
    host: hostname(),
    pid: process.pid,
    version: readVersion(),
    capacity: concurrency,
    definitions: [...definitions.keys()],
    allowsCommands: options.allowCommands ?? false,
  };
  const held = new Map<string, Held>();
  const running = new Set<Promise<void>>();

  await Promise.all([stopOrphans(home, log), registerAdapter(pulse, registration), refused.lookForOthers(pulse)]);
  const after = await pulse.head(); // Before the first claim, so that no event of a claimed workflow is missed.
  let tellReleased = () => {};
  const releases = await pulse.watchReleases(id, () => tellReleased());
  const stopHeartbeat = startHeartbeat(adapter, registration, held, () => claiming.wake());
  const claiming = startClaiming(adapter, held, (claim, claimedAt) => {
    const work = hold(claim, claimedAt).finally(() => running.delete(work));
    running.add(work);
  });
  tellReleased = claiming.nudge;
  const cascades = startCascades(adapter);
  const watching = watchLog(adapter, { after, signal: leaving.signal, onEvent: route });
  claiming.wake();

  /** Works on a claimed workflow and gives its lease back, unless something unforeseen happened: then the lease is the pause. */
  async function hold(claim: Claim, claimedAt: number): Promise<void> {
    const workflow = createHeld(claim, claimedAt, claiming.tellRoom);
    held.set(claim.key, workflow);
    if (stopping.signal.aborted) workflow.interrupt('stopping', 'the adapter is stopping');
    let isOurs = true;
    try {
      isOurs = await runWorkflow(adapter, workflow, () => claiming.isTurnOver(workflow));
      if (isOurs) {
        await adapter.output.settle(claim.key); // Once another adapter has the workflow, nothing of ours is taken.
        await releaseLease(pulse, { ...claim, adapterId: id });
      }
    } catch (error) {
      adapter.log(`'${claim.key}' was put down: ${(error as Error).message}`);
      if (isPulseError(error, 'GUARD_REJECTED')) await releaseLease(pulse, { ...claim, adapterId: id }).catch(() => {});
    } finally {
      held.delete(claim.key);
      if (isOurs) claiming.wake();
      else claiming.tellRoom();
    }
  }

  /** Called for every event of the log; an abort stops the running role before this returns. */
  function route({ key, sequence, kind, payload, actor, occurredAt }: PulseEvent): void {
    const { name, tail } = splitKind(kind);
    const workflow = held.get(key);
    if (workflow && actor.id !== id) {
      if (tail === control.abort) workflow.interrupt('aborted', readReason(payload) ?? 'the workflow was aborted');
      if (tail === control.end) workflow.interrupt('ended', 'the workflow was ended');
      workflow.notify(sequence);
    }
    if (tail === control.abort && cascadesToChildren(payload)) cascades.expect(key);
    if (tail === control.start) claiming.wake();
    if (tail === control.wait) wakeAfter(readWait(payload), occurredAt);
    if (tail === control.wait || tail === control.end || tail === control.abort) claiming.tellFreed(name);
    // A workflow may have waited for it, or a worker has the lease now, or has given it back.
    if (actor.via !== 'adapter' && (actor.type === 'adapter' || !isControl(kind))) claiming.nudge();
  }

  /** By the times in the log, as this host's clock need not be the database's. */
  function wakeAfter(wait: Wait | null, occurredAt: string): void {
    if (wait?.resumeAt) claiming.wake(Math.max(0, Date.parse(wait.resumeAt) - Date.parse(occurredAt)));
  }

  let stopped: Promise<void> | undefined;
  const hurry = new AbortController();
  async function stop(drainMs: number): Promise<void> {
    stopping.abort();
    await Promise.all([claiming.stop(), releases.stop()]);
    for (const workflow of held.values())
      if (workflow.isParked) workflow.interrupt('stopping', 'the adapter is stopping');
    if (running.size > 0 && drainMs > 0)
      log(`stopping: ${running.size} rounds have ${drainMs} ms to end by themselves`);
    await settleWithin(running, drainMs, hurry.signal);
    for (const workflow of held.values()) workflow.interrupt('stopping', 'the adapter is stopping');
    await settleWithin(running, stopTimeoutMs);
    leaving.abort();
    await Promise.all([stopHeartbeat(), watching, cascades.stop()]);
    await Promise.all([watchdog.stop(), adapter.output.stop()]);
    await unregisterAdapter(pulse, id).catch((error: Error) => adapter.log(error.message));
  }

  return {
    id,
    stop: ({ drainMs = 0 } = {}) => {
      if (stopped) hurry.abort();
      stopped ??= stop(drainMs);
      return stopped;
    },
  };
}

/** Waits until all is done, at most so long, or until a signal fires. */
async function settleWithin(work: Iterable<Promise<void>>, timeoutMs: number, signal?: AbortSignal): Promise<void> {
  const isOver = new AbortController();
  const until = AbortSignal.any(signal ? [signal, isOver.signal] : [isOver.signal]);
  const tooLong = sleep(timeoutMs, undefined, { signal: until }).catch(() => {});
  await Promise.race([Promise.all(work), tooLong]);
  isOver.abort();
}

async function stopOrphans(home: string, log: AdapterContext['log']): Promise<void> {
  try {
    const how = await reapOrphans(home);
    if (how !== 'returned') log(`stopped what an adapter that died here had left running (${how})`);
    await removeOrphanedFiles();
  } catch (error) {
    log(`not looked for what dead adapters left running: ${(error as Error).message}`);
  }
}

function readReason(payload: unknown): string | undefined {
  const reason = (payload as { reason?: unknown } | null)?.reason;
  return typeof reason === 'string' && reason !== '' ? reason : undefined;
}

function readVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
