import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ana, newKey, setUpPulses } from '#test/pulse.ts';
import { runSql } from '#test/sql.ts';
import type { Pulse } from '../pulse.ts';
import { DownloadTrail, openExport } from './open-export.ts';
import { verifyFiles } from './verify-files.ts';

const { pulses, ownerUrl } = setUpPulses();
const pulse = () => pulses[0] as Pulse;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pulse-download-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function makeTrail(events: number): Promise<string> {
  const key = newKey();
  const written = Array.from({ length: events }, () => ({
    kind: 'note.written',
    payload: { text: 'é'.repeat(2_000) },
  }));
  await pulse().append({ key, events: written, actor: ana });
  return key;
}

it.each(['jsonl', 'csv'])('gives a file as %s that verifies without the database', async (format) => {
  const key = await makeTrail(300);
  const path = join(directory, `trail.${format}`);
  await writeFile(
    path,
    await Buffer.from(
      await new Response(await openExport(pulse(), DownloadTrail.parse({ key, format }))).arrayBuffer(),
    ),
  );
  expect(await verifyFiles([path])).toMatchObject({ ok: true, key, size: 300, problem: null });
});

it('reads no further than it is taken, and lets the database go when it is given up', async () => {
  const stream = await openExport(pulse(), DownloadTrail.parse({ key: await makeTrail(500) }));
  const reader = stream.getReader();
  expect((await reader.read()).value?.length).toBeGreaterThan(0);
  const connections = () => runSql(ownerUrl(), "SELECT FROM pg_stat_activity WHERE application_name = 'upulse audit'");
  expect(await connections()).toHaveLength(1);
  await reader.cancel();
  await expect.poll(connections).toHaveLength(0);
});

it('says that there is nothing to download before there is a stream', async () => {
  const asked = openExport(pulse(), DownloadTrail.parse({ key: 'nope' }));
  await expect(asked).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
