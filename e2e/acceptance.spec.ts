import { expect, test } from './fixtures.ts';
import { makeSleeper, readTrail, waitForKind } from './support/workflows.ts';

test('abort stops the running role, and the trail says so', async ({ pulse }) => {
  const { key, input, expectRunning } = makeSleeper('k');
  const started = await pulse.upulse(
    ...['workflow', 'start', 'pipeline', '--key', key, '--input', JSON.stringify(input)],
  );
  expect(started).toMatchObject({ exitCode: 0, stdout: `${key}\n`, stderr: '' });
  await expectRunning(true);

  const aborted = await pulse.upulse('workflow', 'abort', key, '--reason', 'task out of scope');
  expect(aborted).toMatchObject({ exitCode: 0, stderr: '' });
  await expectRunning(false);
  const shown = await pulse.upulse('workflow', 'show', key, '--json');
  expect(JSON.parse(shown.stdout)).toMatchObject({
    key,
    name: 'pipeline',
    status: 'aborted',
    reason: 'task out of scope',
    abortedBy: { type: 'token', via: 'cli', name: 'admin-token' },
  });

  const second = await pulse.upulse('workflow', 'abort', key);
  expect(second).toMatchObject({ exitCode: 3, stdout: '' });
  expect(second.stderr).toContain('workflow-lifecycle');
  expect(second.stderr).toContain('aborted');
  expect(await pulse.upulse('workflow', 'abort', 'nope')).toMatchObject({ exitCode: 4, stdout: '' });

  await waitForKind(pulse.client, key, 'pipeline.__stopped__');
  const timeline = await pulse.upulse('workflow', 'timeline', key);
  expect(timeline).toMatchObject({ exitCode: 0, stderr: '' });
  for (const kind of ['__start__', '__round__', '__abort__', '__stopped__']) {
    expect(timeline.stdout).toContain(`pipeline.${kind}`);
  }
  expect(timeline.stdout).toContain('task out of scope');
  expect(timeline.stdout).toMatch(/refused .*pipeline\.__abort__ .*workflow-lifecycle/);
  expect((await readTrail(pulse.client, key)).sort()).toEqual([
    'pipeline.__abort__',
    'pipeline.__round__',
    'pipeline.__start__',
    'pipeline.__stopped__',
    'refused pipeline.__abort__',
  ]);
});

test('a role that ignores SIGTERM is killed', async ({ pulse, startSleeping }) => {
  const { key, expectRunning } = await startSleeping('stubborn', { before: 'trap "" TERM; true; ' });

  expect(await pulse.upulse('workflow', 'abort', key, '--reason', 'stuck')).toMatchObject({ exitCode: 0 });

  await expectRunning(false);
  await waitForKind(pulse.client, key, 'pipeline.__stopped__');
  const { entries } = await pulse.client.workflow.timeline.query({ key });
  expect(entries.at(-1)).toMatchObject({ payload: { role: 'wait', round: 1, how: 'SIGKILL' } });
});

test('what a role leaves running when it ends is stopped too', async ({ pulse }) => {
  const { key, input, expectRunning } = makeSleeper('leaver');
  const steps = input.steps.map(({ role, run }) => ({ role, run: `${run} & sleep 0.2` }));

  await pulse.client.workflow.start.mutate({ name: 'pipeline', key, input: { steps } });

  await waitForKind(pulse.client, key, 'pipeline.__end__');
  await expectRunning(false);
  expect(await pulse.client.workflow.get.query({ key })).toMatchObject({ status: 'ended', outcome: 'done' });
});
