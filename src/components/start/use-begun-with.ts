'use client';
import { skipToken, useQuery } from '@tanstack/react-query';
import { isJsonObject, type Json } from '#domain/json.ts';
import { control } from '#domain/kind.ts';
import { useTRPC } from '../trpc/trpc.ts';

/** What a workflow was started with. */
export interface BegunWith {
  /** The definition's name. */
  name: string;
  input: Json;
  maxRounds: number | null;
}

/** Reads what a workflow was started with from its first event. **Shape** `data` is null where that is not told. */
export function useBegunWith(workflow: { key: string; name: string } | undefined) {
  const trpc = useTRPC();
  const kind = `${workflow?.name}.${control.start}`;
  return useQuery(
    trpc.event.list.queryOptions(workflow ? { key: workflow.key, kind, limit: 1 } : skipToken, {
      select: ({ events }) => readStart(workflow?.name ?? '', events[0]?.payload ?? null),
    }),
  );
}

function readStart(name: string, payload: Json): BegunWith | null {
  if (!isJsonObject(payload)) return null;
  const { input = {}, maxRounds } = payload;
  return { name, input, maxRounds: typeof maxRounds === 'number' ? maxRounds : null };
}
