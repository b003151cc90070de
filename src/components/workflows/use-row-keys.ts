'use client';
import { useEffect, useRef } from 'react';
import type { Workflow } from '#domain/workflow.ts';
import { isTyping } from '../ui/keyboard.ts';

/** What {@link useRowKeys} does, for people. */
export const rowKeys = [
  { keys: ['j', 'k'], does: 'move' },
  { keys: ['Enter'], does: 'open' },
  { keys: ['a'], does: 'abort' },
];

/** `j` and `k` move through the rows, `a` aborts the one with the focus; `Enter` is the link's own. */
export function useRowKeys(
  workflows: readonly Workflow[],
  scrollTo: (index: number) => void,
  onAbort: (workflow: Workflow) => void,
): void {
  const latest = useRef({ workflows, scrollTo, onAbort });
  useEffect(() => {
    latest.current = { workflows, scrollTo, onAbort };
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (isTyping(event)) return;
      const { workflows, scrollTo, onAbort } = latest.current;
      const focused = document.activeElement?.closest('tr')?.querySelector<HTMLElement>('[data-row]')?.dataset.row;
      const at = workflows.findIndex(({ key }) => key === focused);
      if (event.key === 'a') {
        const workflow = workflows[at];
        if (workflow?.status !== 'active') return;
        event.preventDefault();
        onAbort(workflow);
      } else if (event.key === 'j' || event.key === 'k') {
        const next = Math.min(workflows.length - 1, Math.max(0, at + (event.key === 'j' ? 1 : -1)));
        const key = workflows[next]?.key;
        if (key === undefined) return;
        event.preventDefault();
        scrollTo(next);
        focusRow(key);
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** A row that was out of sight exists only after the list has scrolled. */
function focusRow(key: string, framesLeft = 10): void {
  const row = document.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`);
  if (row) row.focus({ preventScroll: true });
  else if (framesLeft > 0) requestAnimationFrame(() => focusRow(key, framesLeft - 1));
}
