import { getPulse } from '#server/process-pulse.ts';
import { findReadinessProblem } from '#server/readiness.ts';

export const dynamic = 'force-dynamic';

/** Whether the process can do its work: the database answers, its schema is current, the tail runs. */
export async function GET(): Promise<Response> {
  const reason = await findReadinessProblem(getPulse);
  const headers = { 'cache-control': 'no-store' };
  return reason === undefined
    ? Response.json({ ready: true }, { headers })
    : Response.json({ ready: false, reason }, { status: 503, headers });
}
