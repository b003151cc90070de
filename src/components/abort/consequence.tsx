'use client';
import type { Workflow } from '#domain/workflow.ts';
import { Duration } from '../time/time.tsx';
import { useTrail } from '../workflow/use-trail.ts';
import { findOpenRound } from './find-open-round.ts';

/** Says exactly what an abort will do to the workflow as it is at this moment. */
export function Consequence({ workflow }: { workflow: Workflow }) {
  const { key, round, role } = workflow;
  const { data } = useTrail({ key, order: 'desc', limit: 20 }, { enabled: role !== null });
  const name = <code className="rounded bg-raised px-1 font-mono break-all">{key}</code>;
  if (role === null) {
    return (
      <p>
        {name} {round === 0 ? 'has not begun its first round' : `has finished round ${round.toLocaleString('en-US')}`},
        and nothing of it runs right now. It is over at once: no further round begins.
      </p>
    );
  }
  const open = findOpenRound(data?.pages.flatMap(({ entries }) => entries) ?? [], round);
  return (
    <p>
      {name} is in round {round.toLocaleString('en-US')},{' '}
      <code className="rounded bg-raised px-1 font-mono">{role}</code>{' '}
      {open ? (
        <>
          has been running for <Duration from={open.since} to={null} />
          {open.adapter && ` on ${open.adapter}`}
        </>
      ) : (
        'is running'
      )}
      . Its process is stopped at once; nothing it writes after is accepted.
    </p>
  );
}
