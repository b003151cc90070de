import { prepareDatabase } from '../src/server/db/prepare-database.ts';
import { ListEvents, listEvents } from '../src/server/events/list-events.ts';
import { openPulse, type Pulse } from '../src/server/pulse.ts';
import { getWorkflow } from '../src/server/workflows/get.ts';
import { ListWorkflows, listWorkflows } from '../src/server/workflows/list.ts';
import { GetTimeline, getTimeline } from '../src/server/workflows/timeline.ts';
import { fillLog } from '../test/large-log.ts';
import { runSql, withDatabase as urlOf } from '../test/sql.ts';
import { withDatabase } from './database.ts';
import { percentile } from './measure.ts';

const sizes = { small: 10_000, large: 1_000_000 };
const calls = 400;
const warmUps = 40;
const dayMs = 86_400_000;

/** A log of some size, and things in it to ask for. */
interface Place {
  pulse: Pulse;
  keys: string[];
  positions: number;
}

/** What is asked, of a place in the log's past year that is another with every call. */
type Read = (place: Place, key: string, daysAgo: number) => Promise<unknown>;

const list = ({ pulse }: Place, query: object) => listWorkflows(pulse, ListWorkflows.parse(query));
const events = ({ pulse }: Place, query: object) => listEvents(pulse, ListEvents.parse(query));
const timeline = ({ pulse }: Place, query: object) => getTimeline(pulse, GetTimeline.parse(query));
const before = (days: number) => new Date(Date.now() - days * dayMs).toISOString();
const positionOf = ({ positions }: Place, days: number) => String(Math.floor(positions * (1 - days / 365)));

const reads: Record<string, Read> = {
  'list, first page': (place) => list(place, {}),
  'list, deep page': (place, _, days) => list(place, { cursor: `${Date.now() - Math.floor(days * dayMs)}-1` }),
  'list, active': (place) => list(place, { status: ['active'] }),
  'list, active, oldest first': (place) => list(place, { status: ['active'], order: 'asc' }),
  'list, aborted, deep page': (place, _, days) => list(place, { status: ['aborted'], startedBefore: before(days) }),
  'list, two statuses': (place, _, days) => list(place, { status: ['active', 'aborted'], startedBefore: before(days) }),
  'list, a rare definition': (place, _, days) => list(place, { name: 'nightly', startedBefore: before(days) }),
  'list, definition and status': (place, _, days) =>
    list(place, { name: 'meta', status: ['aborted'], startedBefore: before(days) }),
  'list, since some days': (place, _, days) => list(place, { startedAfter: before(days / 10) }),
  'search, what most have': (place) => list(place, { search: 'person' }),
  'search, what one in sixty has': (place) => list(place, { search: 'Person 17' }),
  'search, one key': (place, key) => list(place, { search: key.slice(-9) }),
  'search, what none has': (place) => list(place, { search: 'no such text' }),
  'search, rare among the aborted': (place, _, days) =>
    list(place, { search: `ticket ${Math.floor(days * 27)}:`, status: ['aborted'] }),
  'workflow.get': ({ pulse }, key) => getWorkflow(pulse, { key }),
  timeline: (place, key) => timeline(place, { key }),
  'timeline, newest first': (place, key) => timeline(place, { key, order: 'desc' }),
  'event.list': (place, _, days) => events(place, { after: positionOf(place, days) }),
  'event.list of a kind': (place, _, days) => events(place, { kind: 'meta.__abort__', after: positionOf(place, days) }),
  'event.list of a key': (place, key) => events(place, { key }),
};

/** Reads of a small log and of one a hundred times as large, taking turns, one caller at a time. */
export async function benchScale(): Promise<void> {
  await withDatabase(async (url, ownerUrl) => {
    const small = await makePlace(url, ownerUrl, 'small');
    const large = await makePlace(url, ownerUrl, 'large');
    console.log(`  ${'ms'.padEnd(32)}  small p50   p99   large p50   p99   ratio of p99`);
    for (const [name, read] of Object.entries(reads)) {
      const tookMs = { small: [] as number[], large: [] as number[] };
      for (let call = -warmUps; call < calls; call += 1) {
        const days = ((call + warmUps) * 131.7) % 364;
        const times = { small: await time(read, small, call, days), large: await time(read, large, call, days) };
        if (call < 0) continue;
        tookMs.small.push(times.small);
        tookMs.large.push(times.large);
      }
      printRow(name, tookMs);
    }
    await Promise.all([small.pulse.close(), large.pulse.close()]);
  });
}

async function time(read: Read, place: Place, call: number, days: number): Promise<number> {
  const key = place.keys[(call + warmUps) % place.keys.length] as string;
  const begin = performance.now();
  await read(place, key, days);
  return performance.now() - begin;
}

function printRow(name: string, { small, large }: { small: number[]; large: number[] }): void {
  const numbers = [small, large].flatMap((tookMs) => [percentile(tookMs, 50), percentile(tookMs, 99)]);
  const [p50, p99, largeP50, largeP99] = numbers.map((ms) => ms.toFixed(1).padStart(6));
  const ratio = (percentile(large, 99) / percentile(small, 99)).toFixed(2);
  console.log(`  ${name.padEnd(32)}    ${p50} ${p99}      ${largeP50} ${largeP99}   ${ratio.padStart(6)}`);
}

async function makePlace(url: string, ownerUrl: string, name: keyof typeof sizes): Promise<Place> {
  const workflows = sizes[name];
  await runSql(ownerUrl, `CREATE DATABASE pulse_bench_${name}`);
  const own = { url: urlOf(url, `pulse_bench_${name}`), ownerUrl: urlOf(ownerUrl, `pulse_bench_${name}`) };
  await prepareDatabase(own);
  const begin = performance.now();
  await fillLog(own.ownerUrl, { workflows, leases: 40 });
  const [made] = await runSql(own.ownerUrl, 'SELECT pg_size_pretty(pg_database_size(current_database())) AS size');
  const seconds = ((performance.now() - begin) / 1_000).toFixed(0);
  const events = workflows * 10;
  console.log(
    `scale: ${workflows} workflows with ${events} events (hashes are not chained): ${made?.size}, made in ${seconds} s`,
  );
  const rows = await runSql(
    own.ownerUrl,
    `SELECT key FROM workflow WHERE md5(key || 'x') LIKE '0%' ORDER BY md5(key) LIMIT 440`,
  );
  return { pulse: await openPulse({ url: own.url }), keys: rows.map(({ key }) => key), positions: events };
}
