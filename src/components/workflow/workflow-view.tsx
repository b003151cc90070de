'use client';
import { useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import type { Workflow } from '#domain/workflow.ts';
import type { AppRouter } from '#server/trpc/router.ts';
import { useAbort } from '../abort/abort-provider.tsx';
import { toChildrenInput } from '../children/children-input.ts';
import type { RoundsLog } from '../live/apply-to-rounds.ts';
import { useSeed } from '../live/live-provider.tsx';
import { PageFailed } from '../shell/page-failed.tsx';
import { readError } from '../trpc/errors.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { Choice } from '../ui/choice.tsx';
import { isTyping } from '../ui/keyboard.ts';
import { Output } from './output.tsx';
import { findFirstPlace, type TrailPage } from './read-trail.ts';
import { Replay } from './replay.tsx';
import { Rounds } from './rounds.tsx';
import { Trail } from './trail.tsx';
import { panels, positionOf, type TrailInput, toTrailInput } from './trail-params.ts';
import { UnknownWorkflow } from './unknown-workflow.tsx';
import { useReplay } from './use-replay.ts';
import { toRoundsKey } from './use-rounds.ts';
import { toTrailKey } from './use-trail.ts';
import { useTrailView } from './use-trail-view.ts';
import { WorkflowHeader } from './workflow-header.tsx';

/** What the server has read for the first paint. */
export interface FirstWorkflow {
  workflow: Workflow;
  /** The trail that the address asks for, and what proves an abort. */
  trails: readonly { input: TrailInput; page: TrailPage }[];
  rounds: RoundsLog['pages'][number];
  /** What its roles have started. */
  children: inferRouterOutputs<AppRouter>['workflow']['list'];
  /** The workflow at the moment that the address asks for. */
  replay: inferRouterOutputs<AppRouter>['workflow']['replay'] | null;
  /** The position of the key's first event. */
  firstPosition: number;
  /** The event that began it: its position, and the beginning of the input as JSON; null where it brought none. */
  start: { position: number; input: string | null };
}

export function WorkflowView({ first }: { first: FirstWorkflow }) {
  const trpc = useTRPC();
  const { key } = first.workflow;
  const [view, change] = useTrailView();
  useSeed(trpc.workflow.get.queryKey({ key }), first.workflow);
  useSeedTrails(first);
  useSeed(trpc.workflow.list.infiniteQueryKey(toChildrenInput(key)), { pages: [first.children], pageParams: [null] });
  useSeed(trpc.workflow.replay.queryKey({ key, position: view.at ?? 1 }), first.replay ?? undefined);
  const { data: workflow, error, refetch } = useQuery(trpc.workflow.get.queryOptions({ key }));
  useAbortKey(workflow);
  const [target, setTarget] = useState(() => (view.entry ? { id: view.entry, times: 0 } : null));
  const [around, setAround] = useState(() => positionOf(view.entry));
  const replay = useReplay(key, view.at);
  const t = useTranslations('workflow.panels');
  if (error && !workflow) {
    const isUnknown = readError(error).code === 'NOT_FOUND';
    return isUnknown ? <UnknownWorkflow /> : <PageFailed onRetry={() => void refetch()} />;
  }
  if (!workflow) return null;
  const goTo = (position: number) => {
    const id = `e${position}`;
    setAround(position);
    setTarget((last) => ({ id, times: (last?.times ?? 0) + 1 }));
    change({ panel: 'trail', entry: id, filter: { kind: '', actor: '', find: '', type: '' } });
  };
  const seen = replay.data?.event;
  const moment = view.at === null ? null : { position: seen?.position ?? view.at, time: seen?.occurredAt ?? null };
  const choice = (
    <Choice
      label={t('panel')}
      value={view.panel}
      options={panels.map((value) => ({ value, word: t(value) }))}
      onChange={(panel) => change({ panel })}
    />
  );
  const input = toTrailInput(key, view, view.at === null ? around : undefined);
  return (
    <>
      <WorkflowHeader
        workflow={workflow}
        moment={view.at === null ? null : (replay.data?.workflow ?? null)}
        input={first.start.input}
        onShowInput={() => goTo(first.start.position)}
      />
      {view.at !== null && (
        <Replay
          first={first.firstPosition}
          last={workflow.position}
          at={view.at}
          replay={replay}
          onChange={(at) => change({ at })}
        />
      )}
      <Rounds workflow={workflow} moment={moment} selected={positionOf(view.entry)} onSelect={goTo} />
      {view.panel === 'output' ? (
        <Output workflow={workflow}>{choice}</Output>
      ) : (
        <Trail
          input={input}
          view={view}
          onChange={change}
          onReplay={view.at === null ? () => change({ at: workflow.position }) : null}
          target={target}
          onLeaveTarget={() => {
            setAround(undefined);
            setTarget(null);
            change({ entry: null });
          }}
        >
          {choice}
        </Trail>
      )}
    </>
  );
}

/** Puts what the server has read into the cache, where the components find it as if they had. */
function useSeedTrails({ workflow: { key }, trails, rounds }: FirstWorkflow): void {
  const trpc = useTRPC();
  const [main, events, refusals] = trails;
  useSeedTrail(main);
  useSeedTrail(events);
  useSeedTrail(refusals);
  useSeed(toRoundsKey(trpc, key), { pages: [rounds], pageParams: [undefined] });
}

function useSeedTrail(trail: FirstWorkflow['trails'][number] | undefined): void {
  const trpc = useTRPC();
  const input = trail?.input ?? { key: '', order: 'desc', limit: 1 };
  useSeed(toTrailKey(trpc, input), trail && { pages: [trail.page], pageParams: [findFirstPlace(input)] });
}

/** `a` aborts. */
function useAbortKey(workflow: Workflow | undefined): void {
  const openAbort = useAbort();
  const latest = useRef(workflow);
  useEffect(() => {
    latest.current = workflow;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'a' || isTyping(event) || latest.current?.status !== 'active') return;
      event.preventDefault();
      openAbort(latest.current);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [openAbort]);
}
