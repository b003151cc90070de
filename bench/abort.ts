import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readProcess } from '../src/adapter/processes/process-table.ts';
import { withDatabase } from './database.ts';
import { nowMs } from './engine-messages.ts';
import { type Engine, openDbosEngine, openPulseEngine } from './engines.ts';
import { percentile } from './measure.ts';

const samples = 60;
const warmUps = 3;
const others = 200;
/** So that the program of a role has begun, and moments do not fit a poll by chance. */
const longestPauseMs = 1_000;

/** What an abort leads to, each so many milliseconds after its call. */
const effects = {
  signal: 'AbortSignal in another process',
  dead: 'its program has ended',
  over: 'its role is over',
};
type Effect = keyof typeof effects;

/**
 * From the call of an abort here until a role in another process knows, until its program has ended, seen from here, and until
 * the role knows that: of Pulse, and of DBOS on the same server, by turns; first with nothing else running, then beside many
 * roles that run.
 */
export async function benchAbort(): Promise<void> {
  const pidFiles = await mkdtemp(join(tmpdir(), 'pulse-bench-'));
  await withDatabase(async (url, ownerUrl) => {
    const engines = [await openPulseEngine(url), await openDbosEngine(ownerUrl)];
    await compare(engines, 'idle', pidFiles);
    for (const engine of engines) await runOthers(engine, pidFiles);
    await compare(engines, `${others} roles running`, pidFiles);
    for (const engine of engines) await engine.close();
  });
  await rm(pidFiles, { recursive: true });
}

async function compare(engines: Engine[], situation: string, pidFiles: string): Promise<void> {
  const stopped: Record<Effect, number>[][] = engines.map(() => []);
  for (let index = -warmUps; index < samples; index += 1) {
    for (const [at, engine] of engines.entries()) {
      const tookMs = await abortOne(engine, `${situation} ${index}`, pidFiles);
      if (index >= 0) stopped[at]?.push(tookMs);
    }
  }
  for (const [effect, name] of Object.entries(effects))
    report(
      `abort → ${name}, ${situation}`,
      engines,
      stopped.map((all) => all.map((tookMs) => tookMs[effect as Effect])),
    );
}

async function abortOne(engine: Engine, key: string, pidFiles: string): Promise<Record<Effect, number>> {
  const pid = await startOne(engine, key, pidFiles);
  await sleep(Math.random() * longestPauseMs);
  const told = [engine.expect('aborted', key), waitForEnd(pid), engine.expect('over', key)] as const;
  const beginMs = nowMs();
  await engine.abort(key);
  const [signal, dead, over] = (await Promise.all(told)).map(({ atMs }) => atMs - beginMs) as [number, number, number];
  return { signal, dead, over };
}

/** **Shape** the pid of the program that runs for it */
async function startOne(engine: Engine, key: string, pidFiles: string): Promise<number> {
  const pidFile = join(pidFiles, `${engine.name} ${key}`);
  const running = engine.expect('running', key);
  engine.send({ type: 'start', key, pidFile });
  await running;
  for (;;) {
    const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
    if (pid > 0) return pid;
    await sleep(5);
  }
}

/** Looks every millisecond. One that its parent has not taken note of yet has ended too. */
async function waitForEnd(pid: number): Promise<{ atMs: number }> {
  while (readProcess(pid)) await sleep(1);
  return { atMs: nowMs() };
}

async function runOthers(engine: Engine, pidFiles: string): Promise<void> {
  await Promise.all(Array.from({ length: others }, (_, index) => startOne(engine, `other ${index}`, pidFiles)));
}

function report(what: string, engines: Engine[], tookMs: number[][]): void {
  const told = engines.map(({ name }, at) => {
    const [p50, p99] = [50, 99].map((percent) => percentile(tookMs[at] ?? [], percent).toFixed(1));
    return `${name} p50 ${p50} ms, p99 ${p99} ms`;
  });
  const [ours = Number.NaN, theirs = Number.NaN] = tookMs.map((sample) => percentile(sample, 50));
  console.log(
    `${what}, ${samples} times: ${told.join('; ')}; ${(theirs / ours).toFixed(0)} times as fast at the median`,
  );
}
