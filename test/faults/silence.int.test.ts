import { afterAll, expect, it } from 'vitest';
import { openPulse } from '#server/pulse.ts';
import { appendOne, newKey, setUpPulses } from '#test/pulse.ts';
import { startProxy } from './proxy.ts';

const { url } = setUpPulses(0);
const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

it('goes on over a new connection when one was lost without a sign, and appends once', async () => {
  const through = new URL(url());
  const proxy = await startProxy({ host: through.hostname, port: Number(through.port) });
  through.port = String(proxy.port);
  through.searchParams.set('query_timeout', '200');
  const pulse = await openPulse({ url: through.href });
  closing.push(proxy.close, pulse.close);

  const key = newKey();
  await appendOne(pulse, key, 'meta.note');
  proxy.silence();
  const { events } = await appendOne(pulse, key, 'meta.note');
  expect(events).toMatchObject([{ sequence: 2 }]);
  expect(await pulse.prisma.event.count({ where: { key } })).toBe(2);
});
