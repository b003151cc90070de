import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { limits } from '#domain/limits.ts';
import type { OutputChunk } from '#domain/output.ts';
import { command, fn, type Role } from '#domain/role.ts';
import { getOutput } from '#server/output/read-output.ts';
import type { Pulse } from '#server/pulse.ts';
import { appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { makeDefinition, readTrail, setUpAdapters, start, waitForEvent } from '../testing/adapters.ts';
import * as roles from '../testing/isolated-roles.ts';

const { pulses, ownerUrl } = setUpPulses(2);
const startOne = setUpAdapters();
const [here, there] = [() => pulses[0] as Pulse, () => pulses[1] as Pulse];

async function startWorkflow(role: Role<never>, rounds = 1): Promise<string> {
  await startOne(there(), { definitions: [makeDefinition(role as never, { rounds })] });
  const key = newKey();
  await start(here(), key);
  return key;
}

async function readChunks(key: string): Promise<OutputChunk[]> {
  const chunks: OutputChunk[] = [];
  for (let after: string | undefined; ; ) {
    const page = await getOutput(here(), { key, after, limit: 1_000 });
    chunks.push(...page.chunks);
    if (page.nextCursor === null) return chunks;
    after = page.nextCursor;
  }
}

/** What a stream has printed, once it ends with a text. */
async function waitForText(key: string, end: string, name = 'stdout'): Promise<string> {
  const read = async () =>
    (await readChunks(key)).flatMap(({ stream, text }) => (stream === name ? text : [])).join('');
  await expect.poll(read, { interval: 20, timeout: 10_000 }).toSatisfy((text: string) => text.endsWith(end));
  return read();
}

describe('what a role prints', () => {
  it('can be read while it runs, by stream, and is as it was printed', async () => {
    const key = await startWorkflow(
      command({ run: `printf '\\033[31mred\\033[0m \\0 \\377\\n'; echo problem >&2; exec sleep 600` }),
    );
    expect(await waitForText(key, '\n')).toBe('\u001b[31mred\u001b[0m \ufffd \ufffd\n');
    expect(await waitForText(key, '\n', 'stderr')).toBe('problem\n');
    expect((await readChunks(key))[0]).toMatchObject({ round: 1, role: 'work' });
    await appendOne(here(), key, 'test.__abort__');
    await waitForEvent(here(), key, '__stopped__');
  });

  it('is what a function logs and what its programs print, in every round', async () => {
    const role = fn<never>(async ({ log, exec, round }) => {
      log('logged', { round });
      await exec({ run: 'echo from a program' });
      return null;
    });
    const key = await startWorkflow(role, 2);
    await waitForEvent(here(), key, '__end__');
    const text = 'logged { round: 1 }\nfrom a program\nlogged { round: 2 }\nfrom a program\n';
    expect(await waitForText(key, 'round: 2 }\nfrom a program\n')).toBe(text);
  });

  it('is what a thread of its own prints, to its last line', async () => {
    const isolate = new URL('../testing/isolated-roles.ts', import.meta.url).href;
    const key = await startWorkflow(fn<never>(roles.printLines, { isolate }));
    await waitForEvent(here(), key, '__end__');
    const lines = (await waitForText(key, 'last\n')).split('\n').sort();
    expect(lines).toEqual(['', 'from a program', 'last', 'logged 1 { a: 1 }']);
    expect(await waitForText(key, '\n', 'stderr')).toBe('to stderr\n');
  });

  it('is kept also when it is the last that a role prints while it is being stopped', async () => {
    const key = await startWorkflow(
      command({ run: `trap 'echo cleaned up; exit' TERM; echo begun; while :; do sleep 0.05; done` }),
    );
    await waitForText(key, 'begun\n');
    await appendOne(here(), key, 'test.__abort__');
    expect(await waitForText(key, 'cleaned up\n')).toBe('begun\ncleaned up\n');
  });

  it('of much is the end, which says how much is missing', async () => {
    const key = await startWorkflow(command({ run: 'yes 0123456 | head -c 20000000; echo end' }));
    await waitForEvent(here(), key, '__end__');
    await waitForText(key, 'end\n');
    const chunks = await readChunks(key);
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
    expect(bytes).toBeLessThanOrEqual(limits.roundOutputBytes);
    expect(bytes).toBeGreaterThan(limits.roundOutputBytes / 4);
    expect(chunks.reduce((sum, chunk) => sum + chunk.bytes + chunk.missingBytes, 0)).toBe(20_000_004);
  });
});

describe('output that cannot be stored', () => {
  it('holds up neither the role, nor its abort, nor the next round', async () => {
    const locking = new pg.Client({ connectionString: ownerUrl() });
    await locking.connect();
    await locking.query('BEGIN; LOCK TABLE role_output IN ACCESS EXCLUSIVE MODE');
    try {
      const key = await startWorkflow(
        command(({ round }) => ({ run: `yes | head -c 5000000; ${round === 1 ? '' : 'exec sleep 600'}` })),
        3,
      );
      await waitForEvent(here(), key, 'work');
      await expect.poll(async () => (await readTrail(here(), key)).length, { interval: 20 }).toBe(4);
      await appendOne(here(), key, 'test.__abort__');
      await waitForEvent(here(), key, '__stopped__');
    } finally {
      await locking.query('ROLLBACK');
      await locking.end();
    }
  });
});
