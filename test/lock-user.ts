import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '#server/db/embedded-lock.ts';
import { identifyProcess, isProcessAlive } from '#server/db/embedded-process.ts';

// Takes the lock of a directory many times, and says so after the first. Exits with 1 when it meets another process that is alive.
const [directory = '', turns] = process.argv.slice(2);
const sign = join(directory, 'sign');
const me = (await identifyProcess(process.pid)) ?? '';
for (let turn = 0; turn < Number(turns); turn++) {
  await withLock(join(directory, 'lock'), async () => {
    const other = await readFile(sign, 'utf8').catch(() => '');
    if (other && (await isProcessAlive(other))) process.exit(1);
    await writeFile(sign, me);
    await sleep(Math.random() * 4);
    await rm(sign);
  });
  if (turn === 0) console.log('taking part');
}
