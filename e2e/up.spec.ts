import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from './fixtures.ts';
import { expectNoProcessOf, findProcessesOf } from './support/processes.ts';
import { startPulse } from './support/start-pulse.ts';
import { runUpulse, startCommand, startUpulse } from './support/upulse.ts';
import { makeSleeper, newKey, readTrail, startSleeper, waitForKind } from './support/workflows.ts';

test('Ctrl-C stops everything, and a second start keeps all data', async ({ home }) => {
  const first = await startPulse({ home });
  const sleeper = makeSleeper('kept');
  await startSleeper(first.client, sleeper);
  const note = await first.client.event.append.mutate({ kind: 'note.added', key: newKey('note') });

  await first.stop('SIGINT', 'group'); // What a terminal does: every process of the group gets it.
  await expectNoProcessOf(home, 0);
  await sleeper.expectRunning(false);

  const second = await startPulse({ home });
  expect((await second.client.event.list.query({ key: note.key })).events).toEqual([note]);
  await sleeper.expectRunning(true); // Handed back at the stop, and taken up again.
  await second.client.workflow.abort.mutate({ key: sleeper.key });
  await sleeper.expectRunning(false);
  await second.stop('SIGTERM');
  await expectNoProcessOf(home, 0);
});

test('what stops npm stops all that it started', async ({ home }) => {
  const npm = startCommand('npm', ['start'], { PULSE_HOME: home, PORT: '0' });
  await npm.waitForOutput(/^Pulse is ready/m);
  npm.signal('SIGTERM');
  await npm.ended;
  await expectNoProcessOf(home);
});

test('a second Ctrl-C does not wait, and still nothing is left behind', async ({ home }) => {
  const pulse = await startPulse({ home });
  const sleeper = makeSleeper('stubborn', { before: 'trap "" TERM; true; ' });
  await startSleeper(pulse.client, sleeper);

  pulse.command.signal('SIGINT', 'group');
  await pulse.command.waitForOutput(/Stopping/);
  pulse.command.signal('SIGINT', 'group');

  expect(await pulse.command.ended).toMatchObject({ exitCode: 1 });
  await expectNoProcessOf(home);
  await sleeper.expectRunning(false);
});

test('when it is killed its adapter stops, and the next start recovers', async ({ home }) => {
  const killed = await startPulse({ home });
  const sleeper = makeSleeper('survivor');
  await startSleeper(killed.client, sleeper);

  killed.command.signal('SIGKILL');
  await killed.command.ended;
  await expectNoProcessOf(home);
  await sleeper.expectRunning(false);

  const next = await startPulse({ home, port: killed.port });
  await sleeper.expectRunning(true);
  await next.client.workflow.abort.mutate({ key: sleeper.key });
  await sleeper.expectRunning(false);
  await next.stop();
});

test('when all of it is killed at once the next start recovers', async ({ home }) => {
  const killed = await startPulse({ home });
  const sleeper = makeSleeper('survivor');
  await startSleeper(killed.client, sleeper);

  for (const { pid } of await findProcessesOf(home)) kill(pid);
  await killed.command.ended;
  await expectNoProcessOf(home);

  const next = await startPulse({ home });
  await sleeper.expectRunning(true);
  await next.client.workflow.abort.mutate({ key: sleeper.key });
  await waitForKind(next.client, sleeper.key, 'pipeline.__stopped__');
  await sleeper.expectRunning(false);
  await next.stop();
});

test('a port that is in use is an error that says so', async ({ home }) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;

  const { exitCode, stdout, stderr } = await runUpulse(['up'], { PULSE_HOME: home, PORT: String(port) });

  other.close();
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(`${port} is in use`);
  expect(stderr).not.toContain('    at ');
});

test('without an adapter nothing runs until there is one', async ({ home }) => {
  const pulse = await startPulse({ home, args: ['--no-adapter'] });
  const { key, input, expectRunning } = makeSleeper('waiting');
  await pulse.client.workflow.start.mutate({ name: 'pipeline', key, input });
  expect(await pulse.client.adapter.list.query()).toEqual([]);
  expect(await readTrail(pulse.client, key)).toEqual(['pipeline.__start__']);

  const adapter = startUpulse(['adapter', 'run', '--allow-commands'], { PULSE_HOME: home });
  await expectRunning(true);
  await pulse.client.workflow.abort.mutate({ key });
  await expectRunning(false);
  await waitForKind(pulse.client, key, 'pipeline.__stopped__');

  adapter.signal('SIGTERM');
  expect(await adapter.ended).toMatchObject({ exitCode: 0 });
  await pulse.stop();
});

test('two of one home share its database, and either may stop first', async ({ home }) => {
  const [one, two] = await Promise.all([startPulse({ home }), startPulse({ home })]);
  const sleeper = makeSleeper('shared');
  await startSleeper(one.client, sleeper);
  expect((await two.client.workflow.get.query({ key: sleeper.key })).status).toBe('active');
  const { asOf } = await one.client.workflow.list.query({ limit: 1 });

  await one.stop();
  await two.client.workflow.abort.mutate({ key: sleeper.key, reason: 'told the other' });
  await sleeper.expectRunning(false);
  expect(
    (await two.client.event.list.query({ after: asOf, key: sleeper.key, kind: '*.__abort__' })).events,
  ).toHaveLength(1);
  await two.stop();
  await expectNoProcessOf(home, 0);
});

test('the demo starts its workflows once', async ({ home }) => {
  const first = await startPulse({ home, args: ['--demo'] });
  const before = await first.client.workflow.list.query({});
  expect(before.items.length).toBeGreaterThan(4);
  expect(before.items.map(({ name }) => name)).toContain('meta');
  await first.stop('SIGINT', 'group');
  await expectNoProcessOf(home, 0);

  const second = await startPulse({ home, args: ['--demo'] });
  const after = await second.client.workflow.list.query({});
  expect(after.items.map(({ key, startedAt }) => [key, startedAt])).toEqual(
    before.items.map(({ key, startedAt }) => [key, startedAt]),
  );
  await second.stop();
});

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended with its parent.
  }
}
