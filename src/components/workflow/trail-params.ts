export type Order = 'asc' | 'desc';

/** The trail's order that a URL asks for: the newest first, unless it says otherwise. */
export function readOrder(query: { get(name: string): string | null }): Order {
  return query.get('order') === 'asc' ? 'asc' : 'desc';
}

export const toTrailInput = (key: string, order: Order) => ({ key, order, limit: 200 });
