'use client';
import { useEffect, useRef } from 'react';
import type { Workflow } from '#domain/workflow.ts';
import { isTyping } from '../ui/keyboard.ts';

/** What {@link useRowKeys} does, for people: the names are those of `list.keys`. */
export const rowKeys = [
  { keys: ['j', 'k'], does: 'move' },
  { keys: ['Enter'], does: 'open' },
  { keys: ['x'], does: 'select' },
  { keys: ['a'], does: 'abort' },
  { keys: ['?'], does: 'help' },
] as const;

interface RowActions {
  scrollTo: (index: number) => void;
  onAbort: (workflow: Workflow) => void;
  /** With something chosen, `a` aborts that. */
  onAbortSelected: (() => void) | null;
  onSelect: (key: string, range: boolean) => void;
}

/** `j` and `k` move through the rows, `x` chooses the one with the focus and `a` aborts it; `Enter` is the link's own. */
export function useRowKeys(workflows: readonly Workflow[], actions: RowActions): void {
  const latest = useRef({ workflows, ...actions });
  const last = useRef(-1); // A row that goes away takes the focus with it: its neighbours are next.
  useEffect(() => {
    latest.current = { workflows, ...actions };
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (isTyping(event)) return;
      const { workflows, scrollTo, onAbort, onAbortSelected, onSelect } = latest.current;
      const at = workflows.findIndex(({ key }) => key === findFocusedRow());
      const workflow = workflows[at];
      if (event.key === 'a') {
        if (!onAbortSelected && workflow?.status !== 'active') return;
        event.preventDefault();
        if (onAbortSelected) onAbortSelected();
        else if (workflow) onAbort(workflow);
      } else if (event.key === 'x' || event.key === 'X') {
        if (workflow?.status !== 'active') return;
        event.preventDefault();
        onSelect(workflow.key, event.shiftKey);
      } else if (event.key === 'j' || event.key === 'k') {
        const step = event.key === 'j' ? 1 : -1;
        const from = at >= 0 ? at : step === 1 ? last.current - 1 : last.current;
        const next = Math.min(workflows.length - 1, Math.max(0, from + step));
        const key = workflows[next]?.key;
        if (key === undefined) return;
        event.preventDefault();
        last.current = next;
        scrollTo(next);
        focusRow(key);
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

function findFocusedRow(): string | undefined {
  return document.activeElement?.closest('tr')?.querySelector<HTMLElement>('[data-row]')?.dataset.row;
}

/** A row that was out of sight exists only after the list has scrolled. */
function focusRow(key: string, framesLeft = 10): void {
  const row = document.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`);
  if (row) row.focus({ preventScroll: true });
  else if (framesLeft > 0) requestAnimationFrame(() => focusRow(key, framesLeft - 1));
}
