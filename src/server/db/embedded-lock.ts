import { mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identifyProcess, isProcessAlive } from './embedded-process.ts';

const FREE = 'free';
const RETRY_MS = 20;

/**
 * Does some work while no other process does work under the same directory.
 *
 * A ticket is a symbolic link named by a number, whose text names its owner: it appears at once and whole. The highest
 * ticket holds the lock. A ticket whose owner has died is never removed by those who wait, which is where such locks
 * race; they outbid it. Only the holder removes tickets, and only lower ones.
 */
export async function withLock<T>(directory: string, work: () => Promise<T>): Promise<T> {
  await mkdir(directory, { recursive: true });
  const ticket = await takeTicket(directory);
  try {
    return await work();
  } finally {
    await create(FREE, join(directory, String(ticket + 1)));
    await rm(join(directory, String(ticket)), { force: true });
  }
}

async function takeTicket(directory: string): Promise<number> {
  const me = await identifyProcess(process.pid);
  if (!me) throw new Error('This process cannot be identified: is /proc mounted?');
  for (;;) {
    const last = highest(await readdir(directory));
    if (last > 0 && (await isHeld(join(directory, String(last))))) {
      await sleep(RETRY_MS);
      continue;
    }
    const mine = last + 1;
    if (!(await create(me, join(directory, String(mine))))) continue;
    const tickets = await readdir(directory);
    if (highest(tickets) === mine) {
      const lower = tickets.filter((name) => Number(name) < mine);
      await Promise.all(lower.map((name) => rm(join(directory, name), { force: true })));
      return mine;
    }
    // Others took and gave back the lock since `last` was read, and removed the ticket that stood at this number.
    await rm(join(directory, String(mine)), { force: true });
  }
}

function highest(names: string[]): number {
  return Math.max(0, ...names.map(Number).filter(Number.isSafeInteger));
}

/** A ticket that has gone counts as held: a higher one has taken its place. */
async function isHeld(path: string): Promise<boolean> {
  const owner = await readlink(path).catch(() => null);
  return owner === null || (owner !== FREE && (await isProcessAlive(owner)));
}

async function create(owner: string, path: string): Promise<boolean> {
  try {
    await symlink(owner, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
