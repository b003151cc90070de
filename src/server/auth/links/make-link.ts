import { randomUUID } from 'node:crypto';
import type { Pulse } from '../../pulse.ts';
import { hashSecret, makeSecret } from '../secret-text.ts';
import type { Link } from './link.ts';

/** Under which name the table of verifications has a link. */
export function identifyLink(secret: string): string {
  return `link:${hashSecret(secret)}`;
}

/** Makes a link that works once, and for so long. **Shape** its secret, which is kept nowhere. */
export async function makeLink(
  { prisma }: Pulse,
  link: Link,
  lifetimeMs: number,
): Promise<{ secret: string; expiresAt: Date }> {
  const secret = makeSecret('link');
  const now = new Date();
  const expiresAt = new Date(now.getTime() + lifetimeMs);
  await prisma.verification.create({
    data: {
      id: randomUUID(),
      identifier: identifyLink(secret),
      value: JSON.stringify(link),
      expiresAt,
      createdAt: now,
      updatedAt: now,
    },
  });
  return { secret, expiresAt };
}
