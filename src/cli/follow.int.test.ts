import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createPulseClient } from '#client/index.ts';
import { claimWorkflows } from '#server/leases/claim-workflows.ts';
import { type PrintedChunk, writeOutput } from '#server/output/write-output.ts';
import { type ApiServer, startApiServer } from '../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { startUpulse, type UpulseRun } from './testing/run-upulse.ts';

let database: TestDatabase;
let server: ApiServer;
let run: UpulseRun | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startApiServer({ databaseUrl: database.url });
});

afterEach(async () => {
  await run?.stop('SIGKILL');
});

afterAll(async () => {
  await server?.close();
  await database?.close();
});

const append = (key: string, kind = 'note.written') =>
  createPulseClient({ url: server.url }).event.append.mutate({ key, kind });
const readLines = (run: UpulseRun) =>
  run
    .stdout()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const env = () => ({ PULSE_URL: server.url });

test('event tail goes on over a restart of the server: nothing lost, nothing twice', async () => {
  await append('before');
  run = startUpulse(['event', 'tail', '--json'], { env: env() });
  await run.waitFor(/"key":"before"/);
  await append('live');
  await run.waitFor(/"key":"live"/);

  const { port } = server;
  await server.close();
  server = await startApiServer({ databaseUrl: database.url, port });
  for (const key of ['away-1', 'away-2', 'away-3']) await append(key);
  await run.waitFor(/"key":"away-3"/);
  await append('after');
  await run.waitFor(/"key":"after"/);

  const events = readLines(run);
  expect(events.map(({ key }) => key)).toEqual(['before', 'live', 'away-1', 'away-2', 'away-3', 'after']);
  expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1));
  expect(await run.stop('SIGINT')).toBe(0);
});

test('event tail --after latest begins with what comes; --kind and --key choose', async () => {
  await append('old');
  const filter = ['--kind', 'note.*', '--key', 'wanted', '--after', 'latest'];
  run = startUpulse(['event', 'tail', ...filter], { env: env() });
  await run.waitFor(/Following the log/);
  await append('unwanted');
  await append('wanted', 'other.written');
  const { position } = await append('wanted');
  await run.waitFor(/wanted/);
  expect(run.stdout()).toMatch(new RegExp(`^ +${position} .* wanted +note\\.written .*\n$`));
});

test('event tail --after latest loses nothing when the server restarts before the first event', async () => {
  run = startUpulse(['event', 'tail', '--after', 'latest'], { env: env() });
  await run.waitFor(/Following the log/);
  const { port } = server;
  await server.close();
  server = await startApiServer({ databaseUrl: database.url, port });
  await append('while-away');
  await run.waitFor(/while-away/);
});

test('workflow timeline --follow prints the trail, then what happens, refusals too', async () => {
  const client = createPulseClient({ url: server.url });
  const input = { steps: [{ role: 'wait', run: 'sleep 600' }] };
  await client.workflow.start.mutate({ name: 'pipeline', key: 'followed', input });
  run = startUpulse(['workflow', 'timeline', 'followed', '--follow', '--json'], { env: env() });
  await run.waitFor(/__start__/);
  await client.workflow.abort.mutate({ key: 'followed' });
  await append('somebody-else');
  await client.workflow.abort.mutate({ key: 'followed' }).catch(() => {});
  await run.waitFor(/"refusal"/);
  expect(readLines(run)).toEqual((await client.workflow.timeline.query({ key: 'followed' })).entries);
  expect(await run.stop('SIGTERM')).toBe(0);
});

test('a reader that goes away ends it quietly', async () => {
  run = startUpulse(['event', 'tail'], { env: env() });
  await run.waitFor(/before/);
  run.closeOutput();
  await append('nobody-reads');
  expect(await run.ended).toBe(0);
  expect(run.stderr()).toBe('Following the log. Ctrl-C stops.\n');
});

test('workflow logs --follow waits for a round that there is not yet', async () => {
  const client = createPulseClient({ url: server.url });
  const input = { steps: [{ role: 'a', run: 'true' }] };
  await client.workflow.start.mutate({ name: 'pipeline', key: 'waited-for', input });
  run = startUpulse(['workflow', 'logs', 'waited-for', '--follow', '--round', '1'], { env: env() });
  await run.waitFor(/Following the log/);
  expect(run.stderr()).toBe('Following the log. Ctrl-C stops.\n');
  await claimWorkflows(server.pulse, { adapterId: 'a1', names: ['pipeline'], limit: 100, ttlMs: 60_000 });
  const [key, role] = ['waited-for', 'a'];
  await client.event.append.mutate({ key, kind: 'pipeline.__round__', payload: { round: 1, role } });
  const chunk = { key, epoch: 1, round: 1, role, stream: 'stdout' as const, text: 'here\n', bytes: 5, endByte: 5 };
  await writeOutput(server.pulse, [{ ...chunk, at: new Date() }]);
  await run.waitFor(/here/);
  expect(await run.stop('SIGINT')).toBe(0);
});

test('workflow logs --follow prints each stream to its own, over a restart of the server, until the workflow is over', async () => {
  const client = () => createPulseClient({ url: server.url });
  const { workflow } = await client().workflow.start.mutate({
    name: 'pipeline',
    input: { steps: [{ role: 'a', run: 'true' }] },
  });
  const { key } = workflow;
  await claimWorkflows(server.pulse, { adapterId: 'a1', names: ['pipeline'], limit: 100, ttlMs: 60_000 });
  await client().event.append.mutate({ key, kind: 'pipeline.__round__', payload: { round: 1, role: 'a' } });
  let endByte = 0;
  const print = async (text: string, stream: PrintedChunk['stream'] = 'stdout', skipped = 0) => {
    endByte += text.length + skipped;
    const chunk = { key, epoch: 1, round: 1, role: 'a', stream, text, bytes: text.length, endByte, at: new Date() };
    await writeOutput(server.pulse, [chunk]);
  };
  await print('\u001b[32mgreen\u001b[0m\n');
  run = startUpulse(['workflow', 'logs', key, '--follow'], { env: env() });
  await run.waitFor(/green/);
  await print('problem\n', 'stderr', 1_500);
  await run.waitFor(/problem/);
  const { port } = server;
  await server.close();
  server = await startApiServer({ databaseUrl: database.url, port });
  await print('last\n');
  await client().workflow.abort.mutate({ key });
  await client().event.append.mutate({
    key,
    kind: 'pipeline.__stopped__',
    payload: { round: 1, role: 'a', how: 'SIGTERM' },
  });
  expect(await run.ended).toBe(0);
  expect(run.stdout()).toBe('\u001b[32mgreen\u001b[0m\nlast\n');
  expect(run.stderr()).toMatch(/Round 1, a:\n[\s\S]*1,500 bytes before this were not kept\]\nproblem\n/);
});
