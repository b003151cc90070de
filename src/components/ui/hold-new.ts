/**
 * Holds back what has come in front since the reader began to look further down, so that nothing is pushed away.
 *
 * `order` gives a number that falls along the items; `anchor` is that of the topmost item at that time.
 * **Shape** all items and none held when there is no anchor.
 */
export function holdNew<T>(
  items: readonly T[],
  order: (item: T) => number,
  anchor: number | null,
): { shown: readonly T[]; held: number } {
  const at = anchor === null ? 0 : items.findIndex((item) => order(item) <= anchor);
  return at <= 0 ? { shown: items, held: 0 } : { shown: items.slice(at), held: at };
}
