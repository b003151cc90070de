import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Waits for the next message of a type from a child process. */
export async function nextMessage<M extends { type: string }, T extends M['type']>(
  child: ChildProcess,
  type: T,
): Promise<Extract<M, { type: T }>> {
  for (;;) {
    const [message] = (await once(child, 'message')) as [M];
    if (message.type === type) return message as Extract<M, { type: T }>;
  }
}
