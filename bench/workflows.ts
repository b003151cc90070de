import { withDatabase } from './database.ts';
import { type Engine, openDbosEngine, openPulseEngine } from './engines.ts';
import { median } from './measure.ts';

const repeats = 3;
const warmUpMs = 2_000;
const durationMs = 5_000;

/**
 * Workflows of three rounds that do nothing, a second, beside DBOS's of three steps: each system in one process that starts
 * workflows, runs them and waits for their ends, on the same server, by turns.
 */
export async function benchWorkflows(): Promise<void> {
  await withDatabase(async (url, ownerUrl) => {
    const engines = [await openPulseEngine(url), await openDbosEngine(ownerUrl)];
    for (const engine of engines) await measure(engine, 64, warmUpMs);
    for (const inFlight of [1, 64, 256]) {
      const rates: number[][] = engines.map(() => []);
      for (let repeat = 0; repeat < repeats; repeat += 1)
        for (const [at, engine] of engines.entries()) rates[at]?.push(await measure(engine, inFlight, durationMs));
      const [ours = Number.NaN, theirs = Number.NaN] = rates.map(median);
      const told = `Pulse ${ours.toFixed(0)}/s, DBOS ${theirs.toFixed(0)}/s, ${(ours / theirs).toFixed(1)} times as many`;
      console.log(`workflows of three no-op rounds, ${inFlight} at once: ${told}`);
    }
    for (const engine of engines) await engine.close();
  });
}

async function measure(engine: Engine, inFlight: number, forMs: number): Promise<number> {
  const measured = engine.expect('measured');
  engine.send({ type: 'measure', inFlight, durationMs: forMs });
  return (await measured).perSecond;
}
