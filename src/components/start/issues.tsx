'use client';
import { createContext, useContext } from 'react';

/** What is wrong in a form, and where: `input.steps[0].run`. */
export type Issues = readonly { path: string; message: string }[];

export const IssuesContext = createContext<{ issues: Issues; forget: (path: string) => void }>({
  issues: [],
  forget: () => {},
});

/** What is wrong at one place, as a sentence; undefined when nothing is. */
export function useIssue(path: string): string | undefined {
  const messages = useContext(IssuesContext)
    .issues.filter((issue) => issue.path === path)
    .map(({ message }) => message);
  return messages.length > 0 ? messages.join('; ') : undefined;
}

/** Whether something is wrong at a place or inside of it. */
export function useIssueBelow(path: string): boolean {
  return useContext(IssuesContext).issues.some((issue) => isWithin(issue.path, path));
}

/** Takes back what was said of a place, since it has changed. */
export function useForget(): (path: string) => void {
  return useContext(IssuesContext).forget;
}

/** Leaves out what was said of a place, of what is inside of it, and of what it is inside of. */
export function dropIssues(issues: Issues, path: string): Issues {
  return issues.filter((issue) => !isWithin(issue.path, path) && !isWithin(path, issue.path));
}

function isWithin(path: string, place: string): boolean {
  return place === '' || path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`);
}
