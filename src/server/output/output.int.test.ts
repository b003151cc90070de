import { describe, expect, it } from 'vitest';
import { limits } from '#domain/limits.ts';
import type { OutputItem } from '#domain/output.ts';
import { appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { claimWorkflows } from '../leases/claim-workflows.ts';
import type { Pulse } from '../pulse.ts';
import { followOutput } from './follow-output.ts';
import { pruneOutput } from './prune-output.ts';
import { getOutput } from './read-output.ts';
import { type PrintedChunk, writeOutput } from './write-output.ts';

const { pulses } = setUpPulses(2);
const here = () => pulses[0] as Pulse;
const there = () => pulses[1] as Pulse;

/** A workflow in its first round, and a chunk of what that prints. */
async function beginRound(): Promise<{
  key: string;
  print(text: string, changes?: Partial<PrintedChunk>): PrintedChunk;
}> {
  const key = newKey();
  await appendOne(here(), key, `${key}.__start__`);
  await claim(key);
  await appendOne(here(), key, `${key}.__round__`, { round: 1, role: 'work' });
  let endByte = 0;
  return {
    key,
    print: (text, changes = {}) => {
      endByte = changes.endByte ?? endByte + text.length;
      const round = { key, epoch: 1, round: 1, role: 'work', stream: 'stdout' as const };
      return { ...round, text, bytes: text.length, at: new Date(), ...changes, endByte };
    },
  };
}

const claim = (key: string) =>
  claimWorkflows(here(), { adapterId: 'a1', names: [key], limit: 1, ttlMs: 0 }).then(([claimed]) => claimed?.epoch);
const read = async (key: string, input: { round?: number; after?: string; limit?: number } = {}) =>
  getOutput(here(), { key, limit: 200, ...input });
const texts = async (key: string) => (await read(key)).chunks.map(({ text }) => text);

describe('output', () => {
  it('is read page by page in the order in which it was printed, of one round or of all', async () => {
    const { key, print } = await beginRound();
    await writeOutput(here(), [print('one'), print('two', { stream: 'stderr' }), print('\u001b[31mthree')]);
    await writeOutput(here(), [print('four', { round: 2, endByte: 4 })]);
    const first = await read(key, { limit: 2 });
    expect(first.chunks).toMatchObject([
      { id: '1-3', round: 1, role: 'work', stream: 'stdout', text: 'one', bytes: 3, missingBytes: 0 },
      { id: '1-6', stream: 'stderr', text: 'two' },
    ]);
    const rest = await read(key, { after: first.nextCursor as string });
    expect(rest).toMatchObject({
      chunks: [{ text: '\u001b[31mthree' }, { id: '2-4', missingBytes: 0 }],
      nextCursor: null,
    });
    expect((await read(key, { round: 2 })).chunks).toMatchObject([{ text: 'four' }]);
  });

  it('is stored once when it is given again, as after a lost connection', async () => {
    const { key, print } = await beginRound();
    const chunks = [print('one'), print('two')];
    await writeOutput(here(), chunks);
    await writeOutput(there(), [...chunks, print('three')]);
    expect(await texts(key)).toEqual(['one', 'two', 'three']);
  });

  it('of a round is dropped from its beginning where it is too much, and says how much is missing', async () => {
    const { key, print } = await beginRound();
    await writeOutput(here(), [print('a'.repeat(100)), print('b'.repeat(100))]);
    const isLost = print('c', { endByte: 150 + limits.roundOutputBytes, bytes: 1 });
    await writeOutput(here(), [isLost]);
    const { chunks } = await read(key);
    expect(chunks.map(({ text, missingBytes }) => [text[0], missingBytes])).toEqual([
      ['b', 100],
      ['c', limits.roundOutputBytes - 51],
    ]);
  });

  it('of an adapter that has lost the workflow to another one is dropped', async () => {
    const { key, print } = await beginRound();
    await writeOutput(here(), [print('in time')]);
    expect(await claim(key)).toBe(2);
    await writeOutput(here(), [print('late')]);
    await appendOne(here(), key, `${key}.__abort__`);
    await writeOutput(here(), [print('later')]);
    expect(await texts(key)).toEqual(['in time']);
  });

  it('of a role that is being stopped is taken after the abort', async () => {
    const { key, print } = await beginRound();
    await appendOne(here(), key, `${key}.__abort__`);
    await writeOutput(here(), [print('cleaning up')]);
    expect(await texts(key)).toEqual(['cleaning up']);
  });

  it('is forgotten after a number of days', async () => {
    const { key, print } = await beginRound();
    await writeOutput(here(), [print('old', { at: new Date(Date.now() - 8 * 86_400_000) }), print('new')]);
    await pruneOutput(here().prisma, 7);
    expect((await read(key)).chunks).toMatchObject([{ text: 'new', missingBytes: 3 }]);
  });

  it('of an unknown workflow is NOT_FOUND', async () => {
    await expect(read('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

/** Follows a key's output and gives the next items as `text` or `over n`. */
async function follow(key: string, options: { round?: number; after?: string } = {}) {
  const leaving = new AbortController();
  const items = (await followOutput(there(), { key, ...options, signal: leaving.signal })).items();
  const name = (item: OutputItem) => (item.type === 'chunk' ? item.text : `over ${item.round}`);
  return {
    next: async () => {
      const { value } = await items.next();
      return value && name(value.data);
    },
    leave: async () => {
      leaving.abort();
      await items.return(undefined);
    },
  };
}

describe('following output', () => {
  it('gives what is there, then what another process stores, and tells when the round and the workflow are over', async () => {
    const { key, print } = await beginRound();
    await writeOutput(here(), [print('one'), print('two')]);
    const reader = await follow(key, { after: '1-3' });
    expect(await reader.next()).toBe('two');
    const next = reader.next();
    await writeOutput(here(), [print('three')]);
    expect(await next).toBe('three');
    await appendOne(here(), key, `${key}.work`, { round: 1 });
    expect(await reader.next()).toBe('over 1');
    await appendOne(here(), key, `${key}.__end__`);
    expect(await reader.next()).toBe('over null');
    await reader.leave();
  });

  it('of one round is told about the end of that', async () => {
    const { key, print } = await beginRound();
    await writeOutput(here(), [print('one')]);
    await appendOne(here(), key, `${key}.work`, { round: 1 });
    await appendOne(here(), key, `${key}.__round__`, { round: 2, role: 'work' });
    const reader = await follow(key, { round: 1 });
    expect([await reader.next(), await reader.next()]).toEqual(['one', 'over 1']);
    await reader.leave();
  });

  it('ends when its reader leaves while it waits', async () => {
    const { key } = await beginRound();
    const leaving = new AbortController();
    const items = (await followOutput(there(), { key, signal: leaving.signal })).items();
    const next = items.next();
    leaving.abort();
    expect(await next).toMatchObject({ done: true });
  });
});
