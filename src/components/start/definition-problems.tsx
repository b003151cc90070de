'use client';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc/trpc.ts';

/** Names the files of the workflows directory that could not be loaded, so that nobody looks in vain for what they define. */
export function DefinitionProblems() {
  const trpc = useTRPC();
  const { data = [] } = useQuery(trpc.definition.problems.queryOptions());
  if (data.length === 0) return null;
  return (
    <section aria-label="Not loaded" className="border-b px-4 py-3 text-xs">
      <p className="font-medium">Not loaded from the workflows directory:</p>
      <ul className="mt-1 space-y-1 text-muted">
        {data.map(({ file, problem }) => (
          <li key={`${file}: ${problem}`} className="break-words">
            <span className="font-mono text-text">{file}</span>: {problem}
          </li>
        ))}
      </ul>
    </section>
  );
}
