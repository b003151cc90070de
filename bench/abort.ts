import { setTimeout as sleep } from 'node:timers/promises';
import { withDatabase } from './database.ts';
import { type Engine, openDbosEngine, openPulseEngine } from './engines.ts';
import { percentile } from './measure.ts';

const samples = 25;
const warmUps = 3;
const others = 200;
/** So that the program of a role has begun, and moments do not fit a poll by chance. */
const longestPauseMs = 1_000;

interface Stopped {
  signalMs: number[];
  goneMs: number[];
}

/**
 * From the call of an abort here until a role in another process knows, and until its program is gone: of Pulse, and of DBOS on
 * the same server, by turns; first with nothing else running, then beside many roles that run.
 */
export async function benchAbort(): Promise<void> {
  await withDatabase(async (url, ownerUrl) => {
    const engines = [await openPulseEngine(url), await openDbosEngine(ownerUrl)];
    await compare(engines, 'idle');
    for (const engine of engines) await runOthers(engine);
    await compare(engines, `${others} roles running`);
    for (const engine of engines) await engine.close();
  });
}

async function compare(engines: Engine[], situation: string): Promise<void> {
  const stopped = engines.map((): Stopped => ({ signalMs: [], goneMs: [] }));
  for (let index = -warmUps; index < samples; index += 1) {
    for (const [at, engine] of engines.entries()) {
      const { signalMs, goneMs } = await abortOne(engine, `${situation} ${index}`);
      if (index < 0) continue;
      stopped[at]?.signalMs.push(signalMs);
      stopped[at]?.goneMs.push(goneMs);
    }
  }
  report(
    `abort → AbortSignal in another process, ${situation}`,
    engines,
    stopped.map(({ signalMs }) => signalMs),
  );
  report(
    `abort → its program gone, ${situation}`,
    engines,
    stopped.map(({ goneMs }) => goneMs),
  );
}

async function abortOne(engine: Engine, key: string): Promise<{ signalMs: number; goneMs: number }> {
  const running = engine.expect('running', key);
  engine.send({ type: 'start', key });
  await running;
  await sleep(100 + Math.random() * longestPauseMs);
  const told = Promise.all([engine.expect('aborted', key), engine.expect('gone', key)]);
  const beginMs = performance.timeOrigin + performance.now();
  await engine.abort(key);
  const [aborted, gone] = await told;
  return { signalMs: aborted.atMs - beginMs, goneMs: gone.atMs - beginMs };
}

async function runOthers(engine: Engine): Promise<void> {
  const keys = Array.from({ length: others }, (_, index) => `other ${index}`);
  await Promise.all(
    keys.map((key) => {
      const running = engine.expect('running', key);
      engine.send({ type: 'start', key });
      return running;
    }),
  );
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
