import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPulseClient, type PulseClient } from '#client/index.ts';
import { claimWorkflows } from '#server/leases/claim-workflows.ts';
import { type ApiServer, startApiServer } from '../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { runUpulse } from './testing/run-upulse.ts';

let database: TestDatabase;
let server: ApiServer;
let client: PulseClient;
let directory: string;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startApiServer({ databaseUrl: database.url });
  client = createPulseClient({ url: server.url });
  directory = await mkdtemp(join(tmpdir(), 'pulse-cli-'));
});

afterAll(async () => {
  await server?.close();
  await database?.close();
  await rm(directory, { recursive: true, force: true });
});

const upulse = (args: string[], input?: string) => runUpulse(args, { env: { PULSE_URL: server.url }, input });
const json = async (...args: string[]) => JSON.parse((await upulse([...args, '--json'])).stdout);
/** An address where nothing answers: its port is one that no server is given by itself. */
const nobody = 'http://127.0.0.1:1023';
const steps = { steps: [{ role: 'wait', run: 'sleep 600' }] };

async function writeJson(value: unknown): Promise<string> {
  const file = join(directory, `${randomUUID()}.json`);
  await writeFile(file, JSON.stringify(value));
  return file;
}

async function startOne(): Promise<string> {
  const key = `k-${randomUUID().slice(0, 8)}`;
  await client.workflow.start.mutate({ name: 'pipeline', key, input: steps });
  return key;
}

describe('workflow', () => {
  test('start prints the key, and with --json exactly the answer', async () => {
    const plain = await upulse(['workflow', 'start', 'pipeline', '--key', 'k1', '--input', JSON.stringify(steps)]);
    expect(plain).toMatchObject({ code: 0, stdout: 'k1\n' });
    expect(plain.stderr).toMatch(/^No adapter that runs such workflows is alive: .*\n$/);

    const { workflow, event } = await json('workflow', 'start', 'pipeline', '--input', JSON.stringify(steps));
    expect(workflow).toEqual(await client.workflow.get.query({ key: workflow.key }));
    expect(event).toMatchObject({ kind: 'pipeline.__start__', sequence: 1, actor: { via: 'cli' } });
  });

  test('start takes its input from a file, or from standard input', async () => {
    const file = join(directory, 'input.json');
    await writeFile(file, `\ufeff${JSON.stringify(steps)}`);
    const options = ['--max-rounds', '3', '--json'];
    for (const [path, input] of [[file], ['-', JSON.stringify(steps)]] as const) {
      const { stdout } = await upulse(['workflow', 'start', 'pipeline', '--input-file', path, ...options], input);
      expect(JSON.parse(stdout).event.payload).toEqual({ input: steps, maxRounds: 3 });
    }
  });

  test('abort says so; a second one exits 3 and says what is the matter', async () => {
    const key = await startOne();
    const first = await upulse(['workflow', 'abort', key, '--reason', 'task out of scope']);
    expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(`^Aborted ${key} at position \\d+\n$`) });
    expect(await client.workflow.get.query({ key })).toMatchObject({
      status: 'aborted',
      reason: 'task out of scope',
      abortedBy: { via: 'cli' },
    });

    const second = await upulse(['workflow', 'abort', key]);
    expect(second).toEqual({
      code: 3,
      stdout: '',
      stderr: `Error: '${key}' is already aborted: refused by workflow-lifecycle
The attempt is on its trail: upulse workflow timeline ${key}
`,
    });
  });

  test('abort --request of what is over says so; programs get the check too', async () => {
    const key = await startOne();
    await client.workflow.abort.mutate({ key });
    const request = ['workflow', 'abort', key, '--request'];
    expect(await upulse(request)).toEqual({
      code: 3,
      stdout: '',
      stderr: `Error: '${key}' is already aborted: refused by workflow-rounds
The attempt is on its trail: upulse workflow timeline ${key}
`,
    });
    expect(JSON.parse((await upulse([...request, '--json'])).stderr)).toEqual({
      code: 'GUARD_REJECTED',
      message: `'${key}' is already aborted: refused by workflow-rounds`,
      details: {
        guard: 'workflow-rounds',
        kind: 'pipeline.__abort_request__',
        key,
        state: { status: 'aborted', round: 0, role: null },
        check: expect.stringContaining("state.status in ['unknown', 'active']"),
      },
    });
  });

  test('abort of several tries each and exits with the worst failure', async () => {
    const [ended, running] = [await startOne(), await startOne()];
    await client.workflow.abort.mutate({ key: ended });
    const { code, stdout, stderr } = await upulse(['workflow', 'abort', ended, 'nope', running, '--json']);
    expect(code).toBe(4);
    const accepted = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(accepted).toMatchObject([{ workflow: { key: running, status: 'aborted' } }]);
    const refused = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(refused.map((error) => error.code)).toEqual(['GUARD_REJECTED', 'NOT_FOUND']);
    expect(refused[0].details).toMatchObject({ guard: 'workflow-lifecycle', key: ended, state: { status: 'aborted' } });
  });

  test('list and show print what the API answers', async () => {
    const key = await startOne();
    expect(await json('workflow', 'show', key)).toEqual(await client.workflow.get.query({ key }));
    const query = { status: ['active' as const], name: 'pipeline', search: key, limit: 1 };
    const options = ['--status', 'active', '--name', 'pipeline', '--search', key, '--limit', '1'];
    expect(await json('workflow', 'list', ...options)).toEqual(await client.workflow.list.query(query));

    expect((await upulse(['workflow', 'show', key])).stdout).toMatch(/^Status +active$/m);
    const list = await upulse(['workflow', 'list', '--search', key]);
    expect(list.stdout.split('\n')[0]).toMatch(/^KEY +STATUS +WORKFLOW/);
    expect(list.stdout).toContain(key);
    expect((await upulse(['workflow', 'list', '--search', 'no such thing'])).stdout).toBe('No workflows.\n');
  });

  test('timeline lists events and refusals', async () => {
    const key = await startOne();
    await upulse(['workflow', 'abort', key, '--reason', 'why\u001b[31m not\u009b']);
    await upulse(['workflow', 'abort', key]);
    expect(await json('workflow', 'timeline', key)).toEqual(await client.workflow.timeline.query({ key }));
    const { stdout } = await upulse(['workflow', 'timeline', key]);
    expect(stdout.match(/__start__|__abort__|refused by workflow-lifecycle/g)).toEqual([
      '__start__',
      '__abort__',
      '__abort__',
      'refused by workflow-lifecycle',
    ]);
    expect(stdout).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test('logs of a round that there is not name the last; one that has printed nothing is empty', async () => {
    const key = await startOne();
    await claimWorkflows(server.pulse, { adapterId: 'a1', names: ['pipeline'], limit: 100, ttlMs: 60_000 });
    const payload = { round: 1, role: 'wait' };
    await client.event.append.mutate({ key, kind: 'pipeline.__round__', payload });
    expect(await upulse(['workflow', 'logs', key, '--round', '99'])).toEqual({
      code: 4,
      stdout: '',
      stderr: `Error: '${key}' has no round 99; its last is 1\n`,
    });
    const asJson = await upulse(['workflow', 'logs', key, '--round', '99', '--json']);
    expect(asJson).toMatchObject({ code: 4, stdout: '' });
    expect(JSON.parse(asJson.stderr)).toMatchObject({ code: 'NOT_FOUND', details: { what: 'round', id: '99' } });
    expect(await upulse(['workflow', 'logs', key, '--round', '1'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('logs of a workflow that has run nothing say so', async () => {
    const key = await startOne();
    for (const round of [[], ['--round', '99']]) {
      const { code, stdout, stderr } = await upulse(['workflow', 'logs', key, ...round]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
      expect(stderr).toBe(`'${key}' has run no round yet: nothing has been printed.\n`);
    }
    const asJson = await upulse(['workflow', 'logs', key, '--json']);
    expect(asJson).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(asJson.stdout)).toEqual({ chunks: [], nextCursor: null });

    await client.workflow.abort.mutate({ key });
    expect(await upulse(['workflow', 'logs', key, '--round', '99'])).toMatchObject({
      code: 4,
      stderr: `Error: '${key}' has no round 99; it has run none\n`,
    });
    expect(await upulse(['workflow', 'logs', key])).toMatchObject({
      code: 0,
      stderr: `'${key}' has run no round: nothing has been printed.\n`,
    });
  });
});

describe('abort of many', () => {
  test('tells what it would abort, aborts it, and says what it could not', async () => {
    const name = ['--all', '--name', 'pipeline', '--search', 'many-'];
    const keys = ['many-1', 'many-2'];
    for (const key of keys) await client.workflow.start.mutate({ name: 'pipeline', key, input: steps });
    const payload = { input: steps, maxRounds: 3, parent: { key: 'many-1', round: 1 } };
    await client.event.append.mutate({ key: 'its-child', kind: 'pipeline.__start__', payload });
    const dry = await upulse(['workflow', 'abort', ...name, '--dry-run']);
    expect(dry).toMatchObject({
      code: 0,
      stdout: `Would abort many-2
Would abort many-1, and 1 workflow that it has started
2 workflows and 1 that they have started would be aborted
`,
    });
    expect((await client.workflow.get.query({ key: 'many-1' })).status).toBe('active');
    const done = await upulse(['workflow', 'abort', ...name, '--reason', 'enough']);
    expect(done).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^Aborted many-2 at position \d+\nAborted many-1 at position \d+, and 1 workflow that it has started\n/,
      ),
    });
    expect((await client.workflow.get.query({ key: 'its-child' })).status).toBe('aborted');
    expect(await client.workflow.get.query({ key: 'many-2' })).toMatchObject({ status: 'aborted', reason: 'enough' });
    expect(await json('workflow', 'abort', ...name)).toEqual({ results: [], more: false });
    expect(await upulse(['workflow', 'abort', 'many-1', 'nope', '--dry-run'])).toMatchObject({
      code: 4,
      stdout: expect.stringContaining("Not aborted: 'many-1' is already aborted: refused by workflow-lifecycle"),
    });
  });

  test.each([[['--all', 'k']], [[]], [['k', '--name', 'pipeline']]])('workflow abort %j is refused', async (args) => {
    expect((await upulse(['workflow', 'abort', ...args])).code).toBe(2);
  });
});

describe('event and guard', () => {
  test('append prints the event that was stored', async () => {
    const event = await json('event', 'append', 'note.written', 'some key', '--payload', '{"text":"日本"}');
    expect(event).toMatchObject({
      kind: 'note.written',
      key: 'some key',
      payload: { text: '日本' },
      actor: { via: 'cli' },
    });
    const plain = await upulse(['event', 'append', 'note.written', 'some key']);
    expect(plain).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Appended note\.written to some key at/) });
  });

  test('list, show and state print what the API answers', async () => {
    const key = await startOne();
    const name = 'workflow-lifecycle';
    expect(await json('guard', 'list')).toEqual(await client.guard.list.query());
    expect(await json('guard', 'show', name)).toEqual(await client.guard.get.query({ name }));
    expect(await json('guard', 'state', name, key)).toEqual(await client.guard.state.query({ name, key }));
    expect((await upulse(['guard', 'list'])).stdout).toContain('*.__abort__');
    expect((await upulse(['guard', 'show', name])).stdout).toContain("state.status = 'active'");
    expect((await upulse(['guard', 'state', name, key])).stdout).toContain('{"status":"active"}');
  });

  test('a guard is tried, applied, switched off and on again', async () => {
    const definition = {
      name: 'no-shouting',
      initial_value: null,
      sources: [{ kind: 'note.written', check: '$exists(event.payload.loud) = false', transition: 'state' }],
    };
    const file = await writeJson(definition);
    const shout = ['event', 'append', 'note.written', 'a key', '--payload', '{"loud":true}'];
    expect((await upulse(shout)).code).toBe(0);
    expect(await json('guard', 'apply', file, '--dry-run')).toMatchObject({ name: 'no-shouting', wouldHaveRefused: 1 });
    expect((await upulse(shout)).code).toBe(0);
    expect(await upulse(['guard', 'apply', file])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Applied no-shouting, version [0-9a-f]{8}\nIt would have refused 2 events of/),
    });
    expect((await upulse(shout)).code).toBe(3);
    expect((await upulse(['guard', 'disable', 'no-shouting'])).stdout).toBe('no-shouting is off\n');
    expect((await upulse(shout)).code).toBe(0);
    expect(await json('guard', 'enable', 'no-shouting')).toMatchObject({ ...definition, enabled: true });
    expect((await upulse(['guard', 'list'])).stdout).toMatch(/no-shouting +on +[0-9a-f]{8}/);
    expect((await upulse(['guard', 'disable', 'workflow-rounds'])).code).toBe(2);
    expect((await upulse(['guard', 'apply', await writeJson({ ...definition, sources: [] })])).code).toBe(2);
    expect((await upulse(['guard', 'show', 'no-shouting'])).stdout).toMatch(/^Since +[\d-]+ [\d:.]+ \(.* ago\) by /m);
    for (const [word, before] of [
      ['enable', 'enabled'],
      ['disable', null],
      ['disable', 'disabled'],
    ] as const) {
      const { code, stderr } = await upulse(['guard', word, 'no-shouting']);
      if (before === null) expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      else
        expect({ code, stderr }).toEqual({
          code: 3,
          stderr: `Error: The guard 'no-shouting' is already ${before}: refused by guard-registry
How each guard stands: upulse guard list
The attempt is on its trail: upulse workflow timeline pulse
`,
        });
    }
  });

  test('a definition that is no JSON or not there is named as it was given', async () => {
    const broken = join(directory, 'broken.json');
    await writeFile(broken, '{"name":');
    for (const [file, problem, input] of [
      ['/nope', /^can't be read: ENOENT/],
      [directory, /^can't be read: EISDIR/],
      [broken, /^is not JSON: /],
      ['-', /^is not JSON: /, '{"name":'],
    ] as const) {
      const path = file === '-' ? 'standard input' : file;
      const plain = await upulse(['guard', 'apply', file], input);
      expect(plain).toMatchObject({ code: 2, stderr: expect.stringContaining(`Error: ${path} `) });
      const { details } = JSON.parse((await upulse(['guard', 'apply', file, '--json'], input)).stderr);
      expect(details.issues).toEqual([{ path, message: expect.stringMatching(problem) }]);
    }
  });
});

describe('token', () => {
  test.each([
    ['30d', /T/],
    ['2999-01-31T00:00:00+01:00', /^2999-01-30T23:00:00\.000Z$/],
  ])('create --expires %s', async (expires, expected) => {
    const beginMs = Date.now();
    const { id } = await json('token', 'create', 'ci', '--role', 'viewer', '--expires', expires);
    const token = (await client.token.list.query()).find((candidate) => candidate.id === id);
    expect(token?.expiresAt).toMatch(expected);
    expect(Date.parse(token?.expiresAt ?? '')).toBeGreaterThanOrEqual(beginMs + 30 * 86_400_000);
  });

  test('create with a time that is none names the option and gives an example', async () => {
    const { code, stderr } = await upulse(['token', 'create', 'ci', '--role', 'viewer', '--expires', 'tomorrow']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--expires.*'tomorrow'.*2027-01-31T00:00:00Z, or 30d/);
  });
});

describe('failures', () => {
  test.each([
    { args: ['workflow', 'abort', 'nope'], code: 4, error: 'NOT_FOUND' },
    { args: ['workflow', 'timeline', 'nope'], code: 4, error: 'NOT_FOUND' },
    { args: ['workflow', 'start', 'nope'], code: 4, error: 'NOT_FOUND' },
    { args: ['guard', 'show', 'nope'], code: 4, error: 'NOT_FOUND' },
    { args: ['event', 'append', 'a.__end__', 'never-begun'], code: 3, error: 'GUARD_REJECTED' },
    { args: ['workflow', 'start', 'pipeline', '--input', '{"steps":'], code: 2, error: 'INVALID_INPUT' },
    { args: ['workflow', 'start', 'pipeline', '--input', '{"steps":[]}'], code: 2, error: 'INVALID_INPUT' },
    { args: ['workflow', 'start', 'pipeline', '--input-file', '/no/such/file'], code: 2, error: 'INVALID_INPUT' },
    { args: ['workflow', 'abort', 'k1', '--reason', 'x'.repeat(2001)], code: 2, error: 'INVALID_INPUT' },
    { args: ['workflow', 'list', '--limit', '9999'], code: 2, error: 'INVALID_INPUT' },
    { args: ['event', 'tail', '--after', 'nonsense'], code: 2, error: 'INVALID_INPUT' },
    { args: ['workflow', 'list', '--url', nobody], code: 5, error: 'UNAVAILABLE' },
    { args: ['event', 'tail', '--url', nobody], code: 5, error: 'UNAVAILABLE' },
  ])('exit $code, typed, for $args', async ({ args, code, error }) => {
    const asJson = await upulse([...args, '--json']);
    expect(asJson).toMatchObject({ code, stdout: '' });
    expect(JSON.parse(asJson.stderr)).toEqual({
      code: error,
      message: expect.stringMatching(/./),
      details: expect.any(Object),
    });
  });

  test('for people each of many issues is a line; programs get them all', async () => {
    const step = { role: 'wait', run: 'true' };
    const attempt = ['workflow', 'start', 'pipeline', '--input', JSON.stringify({ steps: Array(14).fill(step) })];
    const { details } = JSON.parse((await upulse([...attempt, '--json'])).stderr);
    expect(details.issues).toHaveLength(13);
    const { stderr } = await upulse(attempt);
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(12);
    expect(lines.slice(0, 2)).toEqual([
      'Error: input.steps[1].role: role wait is already the name of step 1: give each step its own',
      'input.steps[2].role: role wait is already the name of step 1: give each step its own',
    ]);
    expect(lines.slice(10)).toEqual(['and 3 more', 'See: upulse workflow start --help']);
  });

  test('for people a refusal by a long check is a few short lines; programs get it whole', async () => {
    const key = await startOne();
    const attempt = ['event', 'append', 'pipeline.wait', key, '--payload', '{"round":1}'];
    const { details } = JSON.parse((await upulse([...attempt, '--json'])).stderr);
    const { stderr } = await upulse(attempt);
    expect(details.check.length).toBeGreaterThan(200);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^Error: pipeline\.wait of .* was refused by workflow-rounds: its state is 'active', and /),
      'The whole check: upulse guard show workflow-rounds',
      `The attempt is on its trail: upulse workflow timeline ${key}`,
    ]);
    expect(Math.max(...stderr.split('\n').map((line) => line.length))).toBeLessThan(200);
  });

  test.each([
    [['--after', 'nonsense']],
    [['--kind', 'a..']],
    [['--kind', 'a..', '--after', 'latest']],
    [['--key', '']],
  ])('event tail %j is refused before it says that it follows', async (args) => {
    const { code, stderr } = await upulse(['event', 'tail', ...args]);
    expect(code).toBe(2);
    expect(stderr).not.toContain('Following');
  });

  test.each([
    [['list', '--limit', '5000'], 'limit: must be at most 1000'],
    [['list', '--name', 'n'.repeat(101)], 'name: must be at most 100 characters'],
    [['start', 'pipeline', '--max-rounds', '10001'], 'maxRounds: must be at most 10000'],
    [['start', 'pipeline', '--timeout', '367d'], 'timeoutMs: must be at most 31622400000'],
    [['start', 'pipeline', '--timeout', '0s'], 'timeoutMs: must be at least 1'],
    [
      ['start', 'pipeline', '--input', '{"steps":[{"role":"a","run":"x","timeoutMs":0}]}'],
      'steps[0].timeoutMs: must be',
    ],
    [['logs', 'k1', '--round', '10001'], 'round: must be at most 10000'],
  ])('what is past a limit is named with it: %j', async (args, message) => {
    const { code, stderr } = await upulse(['workflow', ...args]);
    expect(code).toBe(2);
    expect(stderr.split('\n')[0]).toContain(message);
  });

  test('for people: what happened, and what to do', async () => {
    const { stderr } = await upulse(['workflow', 'list', '--url', nobody]);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringContaining(`${nobody} can't be reached`),
      expect.stringContaining('upulse up'),
    ]);
  });
});
