'use client';
import { useState } from 'react';
import { readError } from '../trpc/errors.ts';
import { useTRPCClient } from '../trpc/trpc.ts';
import { rememberReason } from './recent-reasons.ts';

/** What became of one of many. `message` is why it was not aborted: a guard's own words, or null when no answer came. */
export interface ManyOutcome {
  key: string;
  ok: boolean;
  position?: number | undefined;
  /** How many that it has started were aborted with it. */
  children?: number | undefined;
  message?: string | null;
  /** Whether it may go better another time: no guard has refused it. */
  mayRetry?: boolean;
}

/** So many are asked for at a time, so that one sees how it goes on. */
const batchKeys = 100;

/** Aborts many workflows, and gathers what becomes of each. */
export function useAbortManyKeys() {
  const client = useTRPCClient();
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, ManyOutcome>>(new Map());
  const [isPending, setPending] = useState(false);

  async function abort(keys: readonly string[], reason: string): Promise<void> {
    setPending(true);
    rememberReason(reason);
    const found = new Map(outcomes);
    for (const key of keys) found.delete(key);
    for (let at = 0; at < keys.length; at += batchKeys) {
      const batch = keys.slice(at, at + batchKeys);
      for (const outcome of await abortBatch(batch, reason)) found.set(outcome.key, outcome);
      setOutcomes(new Map(found));
    }
    setPending(false);
  }

  async function abortBatch(keys: string[], reason: string): Promise<ManyOutcome[]> {
    try {
      const { results } = await client.workflow.abortMany.mutate({ keys, reason: reason || undefined });
      return results.map(({ error, ...outcome }) => ({
        ...outcome,
        message: error?.message,
        mayRetry: error?.code !== 'GUARD_REJECTED',
      }));
    } catch (error) {
      const { code, message } = readError(error);
      return keys.map((key) => ({ key, ok: false, message: code === undefined ? null : message, mayRetry: true }));
    }
  }

  return { abort, outcomes, isPending };
}
