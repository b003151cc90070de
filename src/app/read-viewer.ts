import 'server-only';
import { headers } from 'next/headers';
import { getPulse } from '#app/pulse.ts';
import type { Viewer } from '#components/access/viewer.tsx';
import { identify } from '#server/auth/identify.ts';

/** Reads who looks at the page. **Shape** null for someone who is not signed in, undefined when that can't be told now. */
export async function readViewer(): Promise<Viewer | null | undefined> {
  try {
    const identity = await identify(await getPulse(), await headers());
    return identity && { ...identity.actor, access: identity.access };
  } catch {
    return undefined; // The page itself says what is wrong.
  }
}
