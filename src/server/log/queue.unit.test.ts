import { expect, it } from 'vitest';
import type { AppendRequest } from './plan.ts';
import { createQueue, type Waiting } from './queue.ts';

const actor = { type: 'user', id: 'ana', name: 'Ana', via: 'web' } as const;

function waiting(kind: string, changes: Partial<AppendRequest> = {}, characters = 2): Waiting<void> {
  const request = { key: 'k', events: [{ kind, payload: {} }], actor, ...changes };
  return { request, characters, attempts: 0, resolve: () => {}, reject: () => {} };
}

function kindsOf(batch: Waiting<void>[]): string[] {
  return batch.map(({ request }) => request.events[0]?.kind ?? '');
}

it('given many that wait, then an abort is in the next batch, before them', () => {
  const queue = createQueue<void>();
  for (let index = 0; index < 200; index += 1) queue.push(waiting('note.added'));
  queue.push(waiting('meta.__abort__'));
  const batch = queue.take();
  expect(kindsOf(batch).slice(0, 2)).toEqual(['meta.__abort__', 'note.added']);
  expect(batch).toHaveLength(128);
  expect(queue.take()).toHaveLength(73);
  expect(queue.isEmpty()).toBe(true);
});

it('given a command twice, then the second waits for the next batch', () => {
  const queue = createQueue<void>();
  for (const kind of ['note.first', 'note.again', 'note.other'])
    queue.push(waiting(kind, kind === 'note.other' ? {} : { commandId: 'c' }));
  expect(kindsOf(queue.take())).toEqual(['note.first']);
  expect(kindsOf(queue.take())).toEqual(['note.again', 'note.other']);
});

it('given large payloads, then a batch and the queue are bounded by their size', () => {
  const queue = createQueue<void>();
  for (let index = 0; index < 64; index += 1) queue.push(waiting('note.added', {}, 1024 * 1024));
  expect(() => queue.checkRoom()).toThrow(/64 appends are waiting/);
  expect(queue.take()).toHaveLength(4);
  expect(() => queue.checkRoom()).not.toThrow();
});
