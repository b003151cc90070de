/** The items by what they have in common, in their order. (`groupBy` comes with Node 21.) */
export function groupBy<T, K>(items: readonly T[], read: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(read(item));
    if (group) group.push(item);
    else groups.set(read(item), [item]);
  }
  return groups;
}
