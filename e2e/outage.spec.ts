import { expect, test } from './fixtures.ts';
import { openEventStream } from './support/event-stream.ts';
import { readPostmasterPid } from './support/home.ts';
import { startPulse } from './support/start-pulse.ts';
import { makeSleeper, readTrail, startSleeper, waitForKind } from './support/workflows.ts';

test('a database that is killed is noticed, started again and goes on where it was', async ({ home }) => {
  const pulse = await startPulse({ home });
  const sleeper = makeSleeper('survivor');
  await startSleeper(pulse.client, sleeper);
  const stream = await openEventStream(pulse, `?key=${sleeper.key}`);
  await stream.take(2);

  process.kill(await readPostmasterPid(home), 'SIGKILL');
  const paths = ['ready', `trpc/workflow.get?input=${encodeURIComponent('{"key":"k"}')}`, 'health'];
  const [ready, called, health] = await Promise.all(paths.map((path) => pulse.fetch(`/api/${path}`)));

  expect(ready?.status).toBe(503);
  expect(await ready?.json()).toEqual({ ready: false, reason: expect.stringMatching(/./) });
  expect(called?.status).toBe(503);
  expect(await called?.json()).toMatchObject({ error: { data: { pulse: { code: 'UNAVAILABLE' } } } });
  expect(health?.status).toBe(200);

  await expect.poll(async () => (await fetch(`${pulse.url}/api/ready`)).status, { timeout: 30_000 }).toBe(200);
  await pulse.client.workflow.abort.mutate({ key: sleeper.key, reason: 'after the crash' });
  expect((await stream.next()).event.payload).toEqual({ reason: 'after the crash' });
  stream.cut();
  await sleeper.expectRunning(false);
  await waitForKind(pulse.client, sleeper.key, 'pipeline.__stopped__');
  expect((await readTrail(pulse.client, sleeper.key)).filter((kind) => kind.endsWith('.__stopped__'))).toHaveLength(1);
  await pulse.stop();
});
