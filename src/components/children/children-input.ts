/** So many children are shown on the page of their parent. */
export const shownChildren = 20;

/** The input of `workflow.list` for what a role of a workflow has started. */
export function toChildrenInput(parent: string, limit = shownChildren) {
  return { parent, limit };
}
