import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '#domain/json.ts';
import { fn } from '#domain/role.ts';
import type { Pulse } from '#server/pulse.ts';
import { crash, readLine, startProgram, waitForExit } from '#test/process.ts';
import { newKey, setUpPulses } from '#test/pulse.ts';
import { hasProcessTable } from './processes/process-table.ts';
import { makeDefinition, readTrail, setUpAdapters, start, waitForEvent } from './testing/adapters.ts';
import { findLiving, readPids, stubbornPrograms, waitForPids } from './testing/stubborn-programs.ts';

const { pulses, url } = setUpPulses(2);
const startOne = setUpAdapters();
const getPulses = () => pulses as [Pulse, Pulse];

let home: string;
let pidFile: string;
let adapter: ChildProcess;
let adapterId: string;

beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'pulse-crash-test-'));
  pidFile = path.join(home, 'pids');
  const program = '../src/adapter/testing/adapter-program.ts';
  adapter = startProgram(program, [url(), home, '2000'], { stdio: ['ignore', 'pipe', 'ignore'] });
  adapterId = await readLine(adapter);
});

afterEach(async () => {
  await crash(adapter);
  for (const pid of findLiving(readPids(pidFile))) process.kill(pid, 'SIGKILL');
  rmSync(home, { recursive: true, maxRetries: 5 });
});

/** Starts a workflow that runs a command, and waits until that has told its pids. */
async function startCommand(run: string, count: number): Promise<{ key: string; pids: number[] }> {
  const key = newKey();
  await start(getPulses()[0], key, { input: { run, env: { PIDS: pidFile }, graceMs: 200 } });
  return { key, pids: await waitForPids(pidFile, count) };
}

function findWatchdog(): number {
  const isWatchdog = (pid: string) => {
    const [line, stat] = ['cmdline', 'stat'].map((file) => read(`/proc/${pid}/${file}`));
    return line?.includes('pulse-watchdog') && stat?.includes(` ${adapter.pid} `);
  };
  return Number(readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && isWatchdog(pid)));
}

/** The pids of the programs that adapters of the home have recorded. */
function listRecorded(): number[] {
  const files = readdirSync(path.join(home, 'programs'), { recursive: true, encoding: 'utf8' });
  return files.flatMap((file) => /\/(\d+)\.\d+$/.exec(file)?.[1] ?? []).map(Number);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

const spins = stubbornPrograms('')['forks twice with setsid, traps SIGTERM and spins'];

describe.runIf(hasProcessTable)('when an adapter is killed', () => {
  it('its watchdog stops all that its programs started, and goes', async () => {
    const { pids } = await startCommand(spins, 2);
    const watchdog = findWatchdog();
    await crash(adapter); // The whole group, as Ctrl-C reaches it.
    await expect.poll(() => findLiving([...pids, watchdog]), { timeout: 10_000, interval: 20 }).toEqual([]);
    expect(
      readdirSync(path.join(home, 'programs')).flatMap((boot) => readdirSync(path.join(home, 'programs', boot))),
    ).toEqual([]);
  });

  it('its watchdog stops a program that cleared its environment', async () => {
    const run = `exec env -i sh -c 'trap "" TERM; echo $$ >> ${pidFile}; while :; do sleep 0.05; done'`;
    const { pids } = await startCommand(run, 1);
    await expect.poll(listRecorded, { interval: 5 }).toEqual(expect.arrayContaining(pids)); // It may run a moment before.
    await crash(adapter);
    await expect.poll(() => findLiving(pids), { timeout: 30_000, interval: 20 }).toEqual([]);
  });

  it('with its watchdog, the next adapter on its host stops them, and leaves those of living ones alone', async () => {
    const [, other] = getPulses();
    const { pids } = await startCommand(spins, 2);
    const living = mkdtempSync(path.join(tmpdir(), 'pulse-crash-test-'));
    const livingPids = path.join(living, 'pids');
    const work = { run: 'echo $$ >> "$PIDS"; exec sleep 600', env: { PIDS: livingPids } };
    const definition = makeDefinition({ type: 'command', spec: () => work }, { name: 'other' });
    await startOne(other, { definitions: [definition] });
    await other.append({
      key: newKey(),
      events: [{ kind: 'other.__start__', payload: {} }],
      actor: { type: 'system', id: 's', name: 's', via: 'api' },
    });
    const untouched = await waitForPids(livingPids, 1);
    process.kill(findWatchdog(), 'SIGKILL');
    await crash(adapter);
    expect(findLiving(pids)).toEqual(pids);
    await startOne(other, { home });
    expect(findLiving(pids)).toEqual([]);
    expect(findLiving(untouched)).toEqual(untouched);
    rmSync(living, { recursive: true });
  });

  it('is not missed by a watchdog when it stops by itself', async () => {
    const { key, pids } = await startCommand('echo $$ >> "$PIDS"; exec sleep 600', 1);
    const watchdog = findWatchdog();
    adapter.kill('SIGTERM');
    expect(await waitForExit(adapter)).toBe(0);
    expect(findLiving([...pids, watchdog])).toEqual([]);
    expect((await readTrail(getPulses()[0], key)).at(-1)).toMatchObject(['__stopped__', { how: 'SIGTERM' }]);
    expect(readdirSync(path.join(home, 'programs'))).toEqual([]);
  });
});

describe('an adapter that was paused', () => {
  it('stops its role when it wakes, and can write nothing about what another has taken over', async () => {
    const [pulse, other] = getPulses();
    const { key, pids } = await startCommand('echo $$ >> "$PIDS"; exec sleep 600', 1);
    adapter.kill('SIGSTOP');
    await startOne(other, { definitions: [makeDefinition(fn<Json>(() => 'mine'))] });
    await waitForEvent(pulse, key, '__end__');
    expect(findLiving(pids)).toEqual(pids);
    adapter.kill('SIGCONT');
    await expect.poll(() => findLiving(pids), { timeout: 10_000, interval: 20 }).toEqual([]);
    adapter.kill('SIGTERM');
    await waitForExit(adapter);
    expect((await readTrail(pulse, key)).slice(2)).toMatchObject([
      ['__stopped__', { round: 1, how: 'lost', tookMs: null }],
      ['__round__', { round: 2 }],
      ['work', { round: 2, output: 'mine' }],
      ['__end__', { outcome: 'done' }],
    ]);
    const { actor } = await waitForEvent(pulse, key, '__end__');
    expect(actor.id).not.toBe(adapterId);
  });
});
