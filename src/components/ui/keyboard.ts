/** Whether a key press belongs to a field, to a dialog or to the browser, and so is no shortcut of the page. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return true;
  const target = event.target as HTMLElement | null;
  return (
    target?.closest?.('input:not([type=checkbox]), textarea, select, [contenteditable=true], [role=dialog]') != null
  );
}

/** The key that is ⌘ on a Mac and Ctrl elsewhere: the server does not know which one somebody has. */
export const commandKey = '⌘/Ctrl';

/** Whether a key press is ⌘ or Ctrl with Enter: it confirms a form. */
export function isConfirm(event: { key: string; metaKey: boolean; ctrlKey: boolean }): boolean {
  return event.key === 'Enter' && (event.metaKey || event.ctrlKey);
}
