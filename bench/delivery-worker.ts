import { openPulse } from '../src/server/pulse.ts';

/** What the worker tells: that it follows, or the moment at which it had the event of a probe, by the machine's clock. */
export type FromWorker = { type: 'ready' } | { type: 'delivered'; atMs: number };

/** The key of the events that are measured; the worker is given all others too. */
export const probeKey = 'probe';

// The bench imports this for its types, and runs it for what it does.
if (process.send && process.env.DELIVERY_URL) await follow(process.env.DELIVERY_URL);

async function follow(url: string): Promise<void> {
  const tell = (message: FromWorker) => process.send?.(message);
  const pulse = await openPulse({ url });
  const stop = new AbortController();
  process.on('disconnect', () => stop.abort());
  const after = await pulse.head();
  tell({ type: 'ready' });
  for await (const { entry } of pulse.tail({ after, signal: stop.signal })) {
    if (entry.key === probeKey) tell({ type: 'delivered', atMs: performance.timeOrigin + performance.now() });
  }
  await pulse.close();
}
