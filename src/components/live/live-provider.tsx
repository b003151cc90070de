'use client';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { TimelineEntry } from '#domain/event.ts';
import { useTRPCClient } from '../trpc/trpc.ts';
import type { Connection, ConnectionState } from './connection.ts';
import { createLive, type Live } from './live.ts';

const LiveContext = createContext<Live | null>(null);

/** Holds the tab's one stream. It begins with the first page that says from where: see {@link LiveStart}. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [live] = useState(() => createLive(client, queryClient));
  useEffect(() => () => live.stop(), [live]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('useLive is used outside of LiveProvider');
  return live;
}

export function useConnection(): Connection {
  const { connection } = useLive();
  return useSyncExternalStore(connection.subscribe, connection.get, connection.get);
}

/** Only how the tab stands to the log: who uses it does not render again for each event. */
export function useConnectionState(): ConnectionState {
  const { connection } = useLive();
  const read = () => connection.get().state;
  return useSyncExternalStore(connection.subscribe, read, read);
}

/** Where the log ended when the server began to read a page. */
export interface LiveStartPoint {
  asOf: string;
  /** When its last event was written, null for an empty log. */
  lastEntryAt: string | null;
}

/** Starts the stream where the page's snapshot ends. */
export function LiveStart({ asOf, lastEntryAt }: LiveStartPoint) {
  const live = useLive();
  useEffect(() => {
    // In a task of its own: what it changes would be drawn in the one that takes the page over.
    const timer = setTimeout(() => live.start(asOf, lastEntryAt));
    return () => clearTimeout(timer);
  }, [live, asOf, lastEntryAt]);
  return null;
}

/** Calls back with the entries that arrive, those of a frame together. */
export function useEntries(onEntries: (entries: TimelineEntry[]) => void): void {
  const live = useLive();
  const latest = useRef(onEntries);
  useEffect(() => {
    latest.current = onEntries;
  });
  useEffect(() => live.onEntries((entries) => latest.current(entries)), [live]);
}

/**
 * Puts what the server has read for a page into the query cache, unless it is there already: what is cached is kept true by
 * the stream, and may hold more pages.
 */
export function useSeed(queryKey: readonly unknown[], data: unknown): void {
  const live = useLive();
  const queryClient = useQueryClient();
  useState(() => {
    if (data !== undefined && queryClient.getQueryData(queryKey) === undefined)
      queryClient.setQueryData(queryKey, data);
  });
  const hash = JSON.stringify(queryKey);
  useEffect(() => live.catchUp(JSON.parse(hash) as unknown[]), [live, hash]);
}
