'use client';
import { createContext, useContext } from 'react';

/** What is wrong in a form, and where: `input.steps[0].run`. */
export type Issues = readonly { path: string; message: string }[];

export const IssuesContext = createContext<Issues>([]);

/** What is wrong at one place, as a sentence; undefined when nothing is. */
export function useIssue(path: string): string | undefined {
  const messages = useContext(IssuesContext)
    .filter((issue) => issue.path === path)
    .map(({ message }) => message);
  return messages.length > 0 ? messages.join('; ') : undefined;
}

/** Whether something is wrong at one of these places or inside of it. */
export function useIssueBelow(paths: readonly string[]): boolean {
  return useContext(IssuesContext).some((issue) =>
    paths.some((path) => issue.path === path || issue.path.startsWith(`${path}.`) || issue.path.startsWith(`${path}[`)),
  );
}
