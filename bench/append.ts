import { type Contender, connections, openAppend, openEmmettAppend, openInserts } from './contenders.ts';
import { withDatabase } from './database.ts';
import { measureRate, median } from './measure.ts';
import { liveWorkflows } from './workload.ts';

const callerCounts = [1, 32, 256];
const rounds = 5;
const durationMs = 2_000;
const warmUpMs = 1_000;

/** Writes per second of Pulse, bare inserts and Emmett: the same workflows, on one server, over one driver, taking turns. */
export async function benchAppend(): Promise<void> {
  await withDatabase(async (url, ownerUrl) => {
    const contenders = [await openAppend(url), await openInserts(ownerUrl), await openEmmettAppend(ownerUrl)] as const;
    console.log(
      `append: medians of ${rounds} rounds of ${durationMs / 1_000} s, taking turns; inserts and Emmett over ${connections} connections`,
    );
    for (const callers of callerCounts) {
      const [pulse, inserts, emmett] = await measureInTurns(contenders, callers);
      const show = (rate: number) => rate.toFixed(0).padStart(6);
      const ratio = (rate: number) => (pulse / rate).toFixed(2).padStart(5);
      console.log(
        `  ${String(callers).padStart(3)} callers: Pulse ${show(pulse)}/s` +
          ` · bare inserts ${show(inserts)}/s, ratio ${ratio(inserts)} · Emmett ${show(emmett)}/s, ratio ${ratio(emmett)}`,
      );
    }
    for (const contender of contenders) await contender.close();
  });
}

async function measureInTurns(contenders: readonly [Contender, Contender, Contender], callers: number) {
  const measure = ({ write }: Contender, forMs: number) =>
    measureRate(callers, forMs, () => {
      const workflows = liveWorkflows();
      return () => write(workflows.next().value);
    });
  const rates = contenders.map((): number[] => []);
  for (const contender of contenders) await measure(contender, warmUpMs);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) rates[index]?.push(await measure(contender, durationMs));
  }
  return rates.map(median) as [number, number, number];
}
