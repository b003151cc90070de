import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Json } from '#domain/json.ts';
import type { Pulse } from '#server/pulse.ts';
import { crash, readLine, startProgram } from '#test/process.ts';
import { newKey, setUpPulses } from '#test/pulse.ts';
import { hasProcessTable } from './processes/process-table.ts';
import { readTrail, start, waitForEvent } from './testing/adapters.ts';
import { findLiving, readPids } from './testing/stubborn-programs.ts';

const { pulses, url } = setUpPulses();
const getPulse = () => pulses[0] as Pulse;

let home: string;
let pidFile: string;
let adapters: ChildProcess[];
let ids: string[];

beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'pulse-kill-test-'));
  pidFile = path.join(home, 'pids');
  const program = '../src/adapter/testing/adapter-program.ts';
  const launch = () => startProgram(program, [url(), home, '2000'], { stdio: ['ignore', 'pipe', 'ignore'] });
  adapters = [launch(), launch(), launch()];
  ids = await Promise.all(adapters.map(readLine));
});

afterEach(async () => {
  await Promise.all(adapters.map(crash));
  for (const pid of findLiving(readPids(pidFile))) process.kill(pid, 'SIGKILL');
  rmSync(home, { recursive: true, maxRetries: 5 });
});

const workflows = 20;
const rounds = 5;
/** Each round leaves something behind that has left its session. */
const run = `echo $$ >> "$PIDS"; setsid sh -c 'echo $$ >> "$PIDS"; exec sleep 600' & sleep 0.1`;

it.runIf(hasProcessTable)(
  'ends every workflow when one of three adapters is killed among a hundred rounds',
  async () => {
    const pulse = getPulse();
    const keys = Array.from({ length: workflows }, newKey);
    const input = { run, env: { PIDS: pidFile }, graceMs: 200, rounds };
    await Promise.all(keys.map((key) => start(pulse, key, { input })));
    await expect
      .poll(() => countRunning(pulse, ids[0] as string), { timeout: 20_000, interval: 20 })
      .toBeGreaterThan(2);
    await crash(adapters[0] as ChildProcess);
    await Promise.all(keys.map((key) => waitForEvent(pulse, key, '__end__')));

    const trails = await Promise.all(keys.map((key) => readTrail(pulse, key)));
    for (const trail of trails) expectOneEndOfEachRound(trail);
    const events = trails.flat();
    expect(events.filter(([tail]) => tail === 'work')).toHaveLength(workflows * rounds);
    expect(events).toContainEqual(['__stopped__', expect.objectContaining({ how: 'lost' })]);
    await expect.poll(() => findLiving(readPids(pidFile)), { timeout: 10_000, interval: 50 }).toEqual([]);
  },
);

/** How many rounds of an adapter are under way, after a good part of all. */
async function countRunning(pulse: Pulse, adapterId: string): Promise<number> {
  if ((await pulse.prisma.event.count({ where: { kind: 'test.work' } })) < (workflows * rounds) / 4) return 0;
  return pulse.prisma.lease.count({ where: { adapterId } });
}

/** Rounds are numbered 1, 2, 3 … and each has ended once before the next has begun. */
function expectOneEndOfEachRound(trail: [tail: string, payload: Json][]): void {
  const told = trail
    .slice(1, -1)
    .map(([tail, payload]) => [tail === '__round__', (payload as { round: number }).round]);
  expect(told).toEqual(told.map((_, index) => [index % 2 === 0, Math.floor(index / 2) + 1]));
  expect(trail.at(-1)).toMatchObject(['__end__', { outcome: 'done' }]);
}
