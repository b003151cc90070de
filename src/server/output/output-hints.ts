import { type Listener, outputChannel, startListener } from '../log/listen.ts';

/** Tells this process when there may be new output. */
export interface OutputHints {
  /**
   * Calls back whenever a key may have new output, until the function that this gives is called.
   *
   * **Errors** whatever connecting gives. Once it has, a connection that is lost mends itself.
   */
  watch(key: string, onHint: () => void): Promise<() => void>;
  close(): Promise<void>;
}

/** Makes the process's ears for output. They have a connection from the first who watches on: most processes never need it. */
export function createOutputHints(url: string, heartbeatMs = 5_000): OutputHints {
  const watchers = new Map<string, Set<() => void>>();
  let listening: Promise<Listener> | undefined;

  /** Without a key anything may be new: a connection was made, or a notification may have been lost. */
  function hint(key?: string): void {
    const hinted = key === undefined ? [...watchers.values()] : [watchers.get(key) ?? []];
    for (const onHint of hinted.flatMap((ofKey) => [...ofKey])) onHint();
  }

  return {
    watch: async (key, onHint) => {
      listening ??= startListener(url, outputChannel, hint, heartbeatMs).catch((error) => {
        listening = undefined;
        throw error;
      });
      await listening;
      const ofKey = watchers.get(key) ?? new Set();
      watchers.set(key, ofKey.add(onHint));
      return () => {
        ofKey.delete(onHint);
        if (ofKey.size === 0 && watchers.get(key) === ofKey) watchers.delete(key);
      };
    },
    close: async () => {
      await listening?.then((listener) => listener.close()).catch(() => {});
    },
  };
}
