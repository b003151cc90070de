/** Lets an adapter take one tick of a workflow at a time. */
export interface Pacer {
  /** What the adapter asks before each tick. */
  pace(key: string, signal: AbortSignal): Promise<void>;
  /** Allows one tick. Resolves when the adapter asks for the next one, so that this one is over. */
  step(key: string): Promise<void>;
  /** Takes back what was allowed and not used. */
  hold(key: string): void;
}

interface Pace {
  allowed: number;
  /** Lets the adapter go on that waits for its turn. */
  release: (() => void) | null;
  /** Tells whoever stepped that the tick is over. */
  tell: () => void;
}

export function createPacer(): Pacer {
  const paces = new Map<string, Pace>();
  const find = (key: string) => {
    const pace = paces.get(key) ?? { allowed: 0, release: null, tell: () => {} };
    paces.set(key, pace);
    return pace;
  };
  return {
    pace: async (key, signal) => {
      const pace = find(key);
      if (pace.allowed > 0) {
        pace.allowed -= 1;
        return;
      }
      pace.tell();
      await new Promise<void>((resolve) => {
        pace.release = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
        if (signal.aborted) resolve();
      });
      pace.release = null;
    },
    step: async (key) => {
      const pace = find(key);
      const over = new Promise<void>((resolve) => {
        pace.tell = resolve;
      });
      if (pace.release) pace.release();
      else pace.allowed += 1;
      await over;
    },
    hold: (key) => {
      find(key).allowed = 0;
    },
  };
}
