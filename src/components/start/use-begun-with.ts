'use client';
import { skipToken, useQuery } from '@tanstack/react-query';
import { isJsonObject, type Json } from '#domain/json.ts';
import { control } from '#domain/kind.ts';
import type { Workflow } from '#domain/workflow.ts';
import { useTRPC } from '../trpc/trpc.ts';

/** What a workflow was started with. */
export type BegunWith = Pick<Workflow, 'name' | 'maxRounds'> & { input: Json };

/** Reads what a workflow was started with from its first event. **Shape** `data` is null where that is not told. */
export function useBegunWith(workflow: Pick<Workflow, 'key' | 'name' | 'maxRounds'> | undefined) {
  const trpc = useTRPC();
  const kind = `${workflow?.name}.${control.start}`;
  return useQuery(
    trpc.event.list.queryOptions(workflow ? { key: workflow.key, kind, limit: 1 } : skipToken, {
      select: ({ events }): BegunWith | null => {
        const payload = events[0]?.payload ?? null;
        if (!workflow || !isJsonObject(payload)) return null;
        const { name, maxRounds } = workflow;
        return { name, maxRounds, input: payload.input ?? {} };
      },
    }),
  );
}
