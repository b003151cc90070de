import { expect, it } from 'vitest';
import { createGate } from './gate.ts';

it('lets so many through at once, the others in turn, also past one that fails', async () => {
  const throughGate = createGate(2);
  let inside = 0;
  let most = 0;
  const order: number[] = [];
  const work = (index: number) => async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
    order.push(index);
    if (index === 1) throw new Error('failed');
    return index;
  };
  const results = await Promise.allSettled([0, 1, 2, 3, 4].map((index) => throughGate(work(index))));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  expect(order).toEqual([0, 1, 2, 3, 4]);
  expect(most).toBe(2);
});
