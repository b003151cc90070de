/** How the tab stands to the log. `idle` until a page has begun to follow it, `offline` when it has been cut off for a while or the browser says so. */
export type ConnectionState = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'offline';

export interface Connection {
  state: ConnectionState;
  /** When the newest entry that is known was written. */
  lastEntryAt: string | null;
}

/** A value that components can subscribe to. */
export interface Store<T> {
  get(): T;
  set(change: Partial<T>): void;
  subscribe(listener: () => void): () => void;
}

export function createStore<T extends object>(initial: T): Store<T> {
  const listeners = new Set<() => void>();
  let value = initial;
  return {
    get: () => value,
    set(change) {
      const same = Object.entries(change).every(([name, part]) => value[name as keyof T] === part);
      if (same) return;
      value = { ...value, ...change };
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
