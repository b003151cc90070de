import type { AuditReport, Problem } from '#server/audit/finding.ts';
import { auditFailedExitCode } from '../exit-codes.ts';
import { print, printJson } from '../output/print.ts';
import { formatFields } from '../output/table.ts';
import { toPrintable } from '../output/text.ts';

/** Prints what a verification found, and leaves the exit code that says so. */
export function printReport(
  report: AuditReport,
  { json, checkpoints = 0 }: { json: boolean; checkpoints?: number },
): void {
  if (!report.ok) process.exitCode = auditFailedExitCode;
  if (json) printJson(report);
  else print(`${judge(report, checkpoints)}\n\n${formatFields(describe(report))}`);
}

function judge({ ok, key }: AuditReport, checkpoints: number): string {
  const subject = key === null ? 'The log' : `The trail of ${toPrintable(key)}`;
  if (!ok) return `${subject} is not what was written.`;
  const extended = checkpoints > 1 ? 'the checkpoints' : 'the checkpoint';
  return `${subject} is as it was written${checkpoints > 0 ? ` and extends ${extended}` : ''}.`;
}

function describe({ ok, logId, size, root, problem }: AuditReport): [string, string][] {
  return [
    ...(problem ? describeProblem(problem) : []),
    ['Log', logId],
    [ok ? 'Events' : 'Read before', String(size)],
    ['Root', root],
  ];
}

function describeProblem({ how, position, through, reason }: Problem): [string, string][] {
  const place = position === through ? `${position}` : `${position} to ${through}`;
  return [['Found', how], ...(position === null ? [] : [['Position', place] as [string, string]]), ['Why', reason]];
}
