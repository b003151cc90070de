/** The URL of a workflow's page. */
export function toWorkflowHref(key: string): string {
  return `/workflows/${encodeURIComponent(key)}`;
}
