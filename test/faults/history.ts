import type { PulseEvent, Refusal } from '#domain/event.ts';
import type { AuditReport } from '#server/audit/finding.ts';
import { verifyLog } from '#server/audit/verify-log.ts';
import { openClient } from '#server/db/client.ts';
import { toEvent, toRefusal } from '#server/db/rows.ts';
import { loadStreams, type Stream } from '#server/log/stream.ts';

/** All that is stored at the end of a run. */
export interface History {
  head: { position: number; refusals: number };
  events: PulseEvent[];
  refusals: Refusal[];
  /** By key. */
  streams: Map<string, Stream>;
  /** Who holds a workflow's turn, and when it is due, by key. */
  turns: Map<string, { adapterId: string | null; dueAt: string | null }>;
  audit: AuditReport;
}

export async function readHistory(url: string): Promise<History> {
  const { prisma, close } = openClient(url);
  try {
    const head = await prisma.logHead.findFirstOrThrow();
    const events = await prisma.event.findMany({ orderBy: { position: 'asc' } });
    const refusals = await prisma.refusal.findMany({ orderBy: { id: 'asc' } });
    const keys = await prisma.stream.findMany({ select: { key: true } });
    const streams = await loadStreams(
      prisma,
      keys.map(({ key }) => key),
    );
    const turns = await prisma.lease.findMany();
    return {
      head: { position: Number(head.position), refusals: Number(head.refusals) },
      events: events.map(toEvent),
      refusals: refusals.map(toRefusal),
      streams,
      turns: new Map(
        turns.map(({ key, adapterId, dueAt }) => [key, { adapterId, dueAt: dueAt?.toISOString() ?? null }]),
      ),
      audit: await verifyLog({ url }),
    };
  } finally {
    await close();
  }
}
