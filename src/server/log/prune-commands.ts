import type { PrismaClient } from '../db/client.ts';

const rowsPerStatement = 5_000;

/** Forgets old results, a few thousand a statement, so that no statement takes long. */
export async function pruneCommands(prisma: PrismaClient): Promise<void> {
  let removed = rowsPerStatement;
  while (removed === rowsPerStatement) {
    removed = await prisma.$executeRaw`
      DELETE FROM command WHERE id IN (
        SELECT id FROM command WHERE expires_at < now() ORDER BY expires_at LIMIT ${rowsPerStatement})`;
  }
}
