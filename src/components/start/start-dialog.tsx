'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { readError } from '../trpc/errors.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { Button } from '../ui/button.tsx';
import { cn } from '../ui/class-names.ts';
import { Dialog } from '../ui/dialog.tsx';
import { DefinitionProblems } from './definition-problems.tsx';
import { StartForm } from './start-form.tsx';

/** Starts a workflow of any definition, with a form made from the schema of its input. */
export function StartDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const [chosen, setChosen] = useState<string | null>(null);
  const { data, error, refetch } = useQuery(trpc.definition.list.queryOptions());
  const definition = data?.find(({ name }) => name === chosen) ?? data?.at(-1);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Start a workflow" wide>
      {data && definition ? (
        <>
          <fieldset className="grid gap-2 border-b p-4 sm:grid-cols-2">
            <legend className="sr-only">Definition</legend>
            {data.map(({ name, description }) => (
              <label
                key={name}
                className={cn(
                  'flex cursor-pointer flex-col rounded border px-3 py-2 has-focus-visible:outline-2 has-focus-visible:outline-accent',
                  name === definition.name ? 'border-accent bg-accent-soft' : 'hover:bg-raised',
                )}
              >
                <input
                  type="radio"
                  name="definition"
                  checked={name === definition.name}
                  onChange={() => setChosen(name)}
                  className="sr-only"
                />
                <span className="font-medium">{name}</span>
                <span className="text-xs text-muted">{description}</span>
              </label>
            ))}
          </fieldset>
          <DefinitionProblems />
          <StartForm key={definition.name} definition={definition} onClose={onClose} />
        </>
      ) : error ? (
        <div role="alert" className="flex flex-col items-start gap-3 p-4">
          <p>{readError(error).message}</p>
          <Button onClick={() => void refetch()}>Try again</Button>
        </div>
      ) : (
        <p role="status" className="p-4 text-muted">
          Reading the definitions…
        </p>
      )}
    </Dialog>
  );
}
