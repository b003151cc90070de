import { finishCascades } from '#server/workflows/finish-cascades.ts';
import type { AdapterContext } from './adapter-context.ts';

/** Sees to it that the children of aborted workflows are aborted, whatever became of whoever aborted these. */
export interface Cascades {
  /** A workflow was aborted. */
  expect(key: string): void;
  stop(): Promise<void>;
}

/** Whoever has aborted a workflow aborts its children too: give them time to. */
const delayMs = 250;
const retryMs = 1_000;

/** Looks for such children at its start, and a moment after each abort; of many aborts at once for all together. */
export function startCascades({ pulse, actor, log }: AdapterContext): Cascades {
  let expected = new Set<string>();
  let isAll = true;
  let timer: NodeJS.Timeout | undefined = setTimeout(look, 0);
  let looking = Promise.resolve();
  let isStopped = false;

  function look(): void {
    timer = undefined;
    const keys = isAll ? undefined : [...expected];
    expected = new Set();
    isAll = false;
    looking = looking
      .then(async () => void (await finishCascades(pulse, actor, keys)))
      .catch((error: Error) => {
        log(`children of aborted workflows are not aborted: ${error.message}`);
        isAll = true;
        arm(retryMs);
      });
  }

  function arm(afterMs: number): void {
    if (!isStopped) timer ??= setTimeout(look, afterMs);
  }

  return {
    expect: (key) => {
      expected.add(key);
      arm(delayMs);
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
