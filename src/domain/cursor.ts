/**
 * A place in the log: after which event and after which refusal to go on.
 *
 * Clients treat its text as opaque. It names the log, so that a cursor of a log that was replaced or restored is noticed.
 */
export interface Cursor {
  logId: string;
  position: number;
  refusals: number;
}

/** How far a log goes, whichever it is. */
export type Place = Omit<Cursor, 'logId'>;

/** Writes a cursor as its text, such as `k3v9x0q2-4812-7`. */
export function formatCursor({ logId, position, refusals }: Cursor): string {
  return `${logId}-${position}-${refusals}`;
}

/** Reads a cursor's text. **Shape** undefined when it is none. */
export function parseCursor(text: string): Cursor | undefined {
  const match = /^([0-9a-z]{4,32})-(\d{1,15})-(\d{1,15})$/.exec(text);
  if (!match) return undefined;
  return { logId: match[1] as string, position: Number(match[2]), refusals: Number(match[3]) };
}
