const storageKey = 'pulse.recent-reasons';
const kept = 5;

/** The reasons that this person has given last, newest first. */
export function readRecentReasons(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]');
    return Array.isArray(stored) ? stored.filter((reason) => typeof reason === 'string').slice(0, kept) : [];
  } catch {
    return []; // The browser keeps nothing, or something else wrote there.
  }
}

/** Puts a reason in front of the recent ones. */
export function rememberReason(reason: string): void {
  if (reason === '') return;
  const reasons = [reason, ...readRecentReasons().filter((known) => known !== reason)].slice(0, kept);
  try {
    localStorage.setItem(storageKey, JSON.stringify(reasons));
  } catch {
    // Without storage there are no recent reasons.
  }
}
