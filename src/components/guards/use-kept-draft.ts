'use client';
import { useEffect, useState } from 'react';

/**
 * The text of a draft, which this tab keeps until it is forgotten, also when the page is left.
 *
 * **Shape** `isRestored` while the text is one of earlier; the first paint has the one to begin from.
 */
export function useKeptDraft(guard: string, begin: string) {
  const storageKey = `pulse.guard-draft.${guard}`;
  const [text, setText] = useState(begin);
  const [isRestored, setIsRestored] = useState(false);
  useEffect(() => {
    const kept = read(storageKey);
    if (kept === null) return;
    setText(kept);
    setIsRestored(true);
  }, [storageKey]);

  function change(next: string): void {
    setText(next);
    keep(storageKey, next === begin ? null : next);
  }

  function forget(): void {
    keep(storageKey, null);
    setIsRestored(false);
  }

  return {
    text,
    isRestored,
    change,
    forget,
    /** Goes back to what it was begun from. */
    beginAnew: () => {
      forget();
      setText(begin);
    },
  };
}

function read(storageKey: string): string | null {
  try {
    return sessionStorage.getItem(storageKey);
  } catch {
    return null; // The browser keeps nothing.
  }
}

function keep(storageKey: string, text: string | null): void {
  try {
    if (text === null) sessionStorage.removeItem(storageKey);
    else sessionStorage.setItem(storageKey, text);
  } catch {
    // Without storage a draft is lost with its page.
  }
}
