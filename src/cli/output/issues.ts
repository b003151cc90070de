import { toPrintable } from './text.ts';

/** More would push what to do out of sight. */
const mostIssues = 10;

/** What is wrong with an input, a line each. **Shape** at most ten, then how many more there are. */
export function listIssues(issues: readonly { path: string; message: string }[]): string[] {
  const lines = issues
    .slice(0, mostIssues)
    .map(({ path, message }) => toPrintable(path ? `${path}: ${message}` : message));
  return issues.length > mostIssues ? [...lines, `and ${issues.length - mostIssues} more`] : lines;
}
