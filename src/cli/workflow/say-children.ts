/** Says after an abort whom it took along; nothing where there was nobody. */
export function sayChildren(children: number): string {
  return children === 0 ? '' : `, and ${countWorkflows(children)} that it has started`;
}

export function countWorkflows(count: number): string {
  return `${count} ${count === 1 ? 'workflow' : 'workflows'}`;
}
