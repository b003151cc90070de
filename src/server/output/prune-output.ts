import type { PrismaClient } from '../db/client.ts';

const rowsPerStatement = 1_000;

/** Forgets output that is older than a number of days, some a statement, so that no statement takes long. */
export async function pruneOutput(prisma: PrismaClient, days: number): Promise<void> {
  let removed = rowsPerStatement;
  while (removed === rowsPerStatement) {
    removed = await prisma.$executeRaw`
      DELETE FROM role_output o USING (
        SELECT key, round, end_byte FROM role_output WHERE at < now() - ${days}::int * interval '1 day'
        ORDER BY at LIMIT ${rowsPerStatement}
      ) AS old
      WHERE o.key = old.key AND o.round = old.round AND o.end_byte = old.end_byte`;
  }
}
