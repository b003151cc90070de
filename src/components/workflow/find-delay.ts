/** What of an adapter tells whether it can take a workflow. */
interface Worker {
  alive: boolean;
  definitions: readonly string[];
  capacity: number;
  running: readonly unknown[];
}

/** Why a workflow that has not begun is not taken: nobody runs its definition, or all who do are busy. Null when someone could. */
export function findDelay(
  adapters: readonly Worker[],
  name: string,
): { type: 'nobody' } | { type: 'full'; places: number } | null {
  const able = adapters.filter(({ alive, definitions }) => alive && definitions.includes(name));
  if (able.length === 0) return { type: 'nobody' };
  if (able.some(({ running, capacity }) => running.length < capacity)) return null;
  return { type: 'full', places: able.reduce((sum, { capacity }) => sum + capacity, 0) };
}
