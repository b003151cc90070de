import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Actor } from '../src/domain/actor.ts';
import { createToken } from '../src/server/auth/tokens/create-token.ts';
import { openPulse, type Pulse } from '../src/server/pulse.ts';
import { withDatabase } from './database.ts';
import { type FromClients, mark } from './fan-out-clients.ts';
import { percentile } from './measure.ts';
import { nextMessage } from './messages.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

const clients = 1_000;
const events = 200;
const warmUps = 20;
const sleepers = 200;
const largeEvents = 400;
const actor: Actor = { type: 'system', id: 'bench', name: 'bench', via: 'api' };
const note = 'a payload of about a hundred bytes, as an event of a real workflow might carry it';
const streams = { plain: '/api/events?after=latest', trpc: '/api/trpc/workflow.onEntry?input={"after":"latest"}' };

/** One event to a thousand clients of one server, over both of its streams; and clients that take nothing. */
export async function benchFanOut(): Promise<void> {
  await withDatabase(async (url, ownerUrl) => {
    const home = await mkdtemp(join(tmpdir(), 'pulse-bench-'));
    const pulse = await openPulse({ url });
    const { token } = await createToken(pulse, { name: 'bench', role: 'viewer' }, actor);
    for (const run of [
      (server: ServerProcess) => measureArrival(pulse, server, streams.plain),
      (server: ServerProcess) => measureArrival(pulse, server, streams.trpc),
      (server: ServerProcess) => measureSleepers(pulse, server),
    ]) {
      const server = await startServerProcess(ownerUrl, home, token);
      await run(server);
      await server.stop();
    }
    await pulse.close();
    await rm(home, { recursive: true, force: true });
  });
}

/** From the call of `append` here to each client in a second process, through the server in a third. */
async function measureArrival(pulse: Pulse, server: ServerProcess, stream: string): Promise<void> {
  const before = await server.readMemory();
  const readers = startClients(server, stream, clients);
  await nextMessage<FromClients, 'connected'>(readers, 'connected');
  const connected = await server.readMemory();
  const eachMs: number[] = [];
  const lastMs: number[] = [];
  for (let index = -warmUps; index < events; index += 1) {
    const arrived = nextMessage<FromClients, 'arrived'>(readers, 'arrived');
    const beginMs = performance.timeOrigin + performance.now();
    await append(pulse, { mark, note });
    const { atMs } = await arrived;
    if (index < 0) continue;
    eachMs.push(...atMs.map((at) => at - beginMs));
    lastMs.push(Math.max(...atMs) - beginMs);
  }
  const after = await server.readMemory();
  await stopClients(readers);
  const show = (numbers: number[], percent: number) => percentile(numbers, percent).toFixed(1);
  console.log(`append → ${clients} clients of ${stream.split('?')[0]} in another process, ${events} times:`);
  console.log(`  each: p50 ${show(eachMs, 50)} ms, p99 ${show(eachMs, 99)} ms`);
  console.log(`  the last of them: p50 ${show(lastMs, 50)} ms, p99 ${show(lastMs, 99)} ms`);
  console.log(`  the server's memory: ${before} MiB before, ${connected} with them connected, ${after} afterwards`);
}

/** What clients cost that read nothing of a hundred times as much as a server may keep for each of them. */
async function measureSleepers(pulse: Pulse, server: ServerProcess): Promise<void> {
  const readers = startClients(server, streams.plain, sleepers, 'asleep');
  await nextMessage<FromClients, 'connected'>(readers, 'connected');
  const before = await server.readMemory();
  const large = 'x'.repeat(64 * 1024);
  for (let index = 0; index < largeEvents; index += 1) await append(pulse, { large });
  const after = await server.readMemory();
  await stopClients(readers);
  console.log(`${sleepers} clients that read nothing of ${largeEvents} events of 64 KiB:`);
  console.log(`  the server's memory: ${before} MiB before, ${after} afterwards`);
}

function append(pulse: Pulse, payload: { [name: string]: string }) {
  return pulse.append({ key: 'fan-out', events: [{ kind: 'bench.noted', payload }], actor });
}

function startClients({ url, token }: ServerProcess, stream: string, count: number, asleep?: 'asleep'): ChildProcess {
  const address = new URL(stream, url).href;
  const path = fileURLToPath(new URL('./fan-out-clients.ts', import.meta.url));
  const env = { ...process.env, PULSE_TOKEN: token };
  return fork(path, [address, String(count), ...(asleep ? [asleep] : [])], { env });
}

async function stopClients(readers: ChildProcess): Promise<void> {
  const ended = once(readers, 'exit');
  readers.disconnect();
  await ended;
}
