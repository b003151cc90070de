'use client';
import { useFromNow } from './now.tsx';

const briefMs = 1_500;

/** Lights up what has just changed, once and briefly. Key it by the change; it lies behind its nearest positioned ancestor. */
export function Arrival({ at }: { at: string }) {
  const isNew = useFromNow((now) => now - Date.parse(at) < briefMs);
  return isNew ? <span aria-hidden className="arrived pointer-events-none absolute inset-0 -z-10" /> : null;
}
