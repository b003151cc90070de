import type { Actor } from '#domain/actor.ts';
import { isWaiting, type Status, type Workflow } from '#domain/workflow.ts';
import { type Cell, type Column, formatFields, formatTable, type Style } from './table.ts';
import { formatDuration, formatExact, formatMoment } from './time.ts';

const statusStyles: Record<Status, Style> = { active: 'green', aborted: 'red', ended: 'gray' };

const columns: readonly Column[] = [
  { title: 'KEY' },
  { title: 'STATUS' },
  { title: 'WORKFLOW' },
  { title: 'ROUND', align: 'right' },
  { title: 'RUNNING' },
  { title: 'STARTED' },
  { title: 'BY' },
  { title: 'REASON OR OUTCOME' },
];

/** Workflows for people, one a line. */
export function formatWorkflows(workflows: readonly Workflow[], nowMs: number): string {
  return formatTable(
    columns,
    workflows.map((workflow) => [
      workflow.key,
      formatStatus(workflow.status),
      workflow.name,
      formatRound(workflow),
      workflow.role ?? (isWaiting(workflow) ? `waits ${formatWait(workflow)}` : ''),
      formatMoment(workflow.startedAt, nowMs),
      formatActor(workflow.startedBy),
      workflow.reason ?? workflow.outcome ?? '',
    ]),
  );
}

/** One workflow for people, one field a line. */
export function formatWorkflow(workflow: Workflow, nowMs: number): string {
  const { endedAt, abortedBy, startedAt } = workflow;
  return formatFields([
    ['Key', workflow.key],
    ['Status', formatStatus(workflow.status)],
    ['Workflow', workflow.name],
    ['Parent', workflow.parent],
    ['Round', formatRound(workflow)],
    ['Running', workflow.role],
    ['Waits', formatWait(workflow)],
    ['Started', `${formatMoment(startedAt, nowMs)} by ${formatActor(workflow.startedBy)}`],
    ['Aborted', endedAt && abortedBy && `${formatMoment(endedAt, nowMs)} by ${formatActor(abortedBy)}`],
    ['Reason', workflow.reason],
    ['Ended', endedAt && !abortedBy ? formatMoment(endedAt, nowMs) : null],
    ['Outcome', workflow.outcome],
    ['Took', endedAt && formatDuration(Date.parse(endedAt) - Date.parse(startedAt))],
    ['Last event', `${formatMoment(workflow.updatedAt, nowMs)}, position ${workflow.position}`],
  ]);
}

/** Who did it, and through what: `ana via cli`. What an adapter does comes from the adapter. */
export function formatActor({ type, name, via }: Actor): string {
  return type === 'adapter' ? name : `${name} via ${via}`;
}

/** What an active workflow waits for between rounds: `for deploy.approved until 2026-11-23 23:12:01.123`. */
function formatWait({ resumeAt, waitingFor }: Workflow): string | null {
  const until = resumeAt && `until ${formatExact(resumeAt)}`;
  return [waitingFor && `for ${waitingFor}`, until].filter(Boolean).join(' ') || null;
}

function formatStatus(status: Status): Cell {
  return { text: status, style: statusStyles[status] };
}

function formatRound({ round, maxRounds }: Workflow): string {
  return maxRounds === null ? String(round) : `${round}/${maxRounds}`;
}
