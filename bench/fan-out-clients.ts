import { get } from 'node:http';

/** What the clients tell: that all are connected, or when each of them has had an event, by the machine's clock. */
export type FromClients = { type: 'connected' } | { type: 'arrived'; atMs: number[] };

/** What is in every event that is measured, and nowhere else in a stream. */
export const mark = 'fan-out-mark';

const tell = (message: FromClients) => process.send?.(message);
const [url = '', count = '0', asleep] = process.argv.slice(2);

// The bench imports this for its types, and runs it for what it does.
if (process.send && url) {
  process.on('disconnect', () => process.exit());
  await followAll(Number(count));
}

/** Opens so many streams, one after the other, and tells of each event once every one of them has it. */
async function followAll(count: number): Promise<void> {
  let atMs: number[] = [];
  for (let opened = 0; opened < count; opened += 1) await follow(arrive);
  tell({ type: 'connected' });

  function arrive(): void {
    atMs.push(performance.timeOrigin + performance.now());
    if (atMs.length < count) return;
    tell({ type: 'arrived', atMs });
    atMs = [];
  }
}

/** Resolves with the greeting. One that is asleep reads nothing. */
async function follow(onEvent: () => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    get(url, { agent: false, headers: { authorization: `Bearer ${process.env.PULSE_TOKEN}` } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}`));
      if (asleep) return resolve();
      response.on('data', (chunk: Buffer) => {
        resolve();
        if (chunk.includes(mark)) onEvent();
      });
    }).on('error', reject);
  });
}
