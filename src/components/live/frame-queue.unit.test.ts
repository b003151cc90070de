import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFrameQueue } from './frame-queue.ts';

const frameMs = 16;
let nowMs = 0;

function advance(ms: number): void {
  nowMs += ms;
  vi.advanceTimersByTime(ms);
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => setTimeout(run, frameMs));
  vi.stubGlobal('cancelAnimationFrame', clearTimeout);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test('what comes in one frame is handed over together', () => {
  const flush = vi.fn();
  const queue = createFrameQueue<string>(flush);
  queue.push('a');
  queue.push('b');
  advance(frameMs);
  expect(flush.mock.calls).toEqual([[['a', 'b']]]);
});

test('a page that takes long to draw is left alone for as long, and misses nothing', () => {
  const flush = vi.fn(() => {
    nowMs += 200;
  });
  const queue = createFrameQueue<number>(flush);
  for (let item = 0; item < 400; item += 1) {
    queue.push(item);
    advance(1);
  }
  expect(flush.mock.calls.length).toBeLessThanOrEqual(3);
  advance(1_000);
  expect(flush.mock.calls.flat(2)).toEqual(Array.from({ length: 400 }, (_, item) => item));
});

test('a tab without frames is told by a timer', () => {
  vi.stubGlobal('requestAnimationFrame', () => 0);
  const flush = vi.fn();
  createFrameQueue<string>(flush).push('a');
  advance(250);
  expect(flush).toHaveBeenCalledWith(['a']);
});
