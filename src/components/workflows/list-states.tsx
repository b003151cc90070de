'use client';
import { CircleCheck, Inbox, OctagonX, SearchX, ServerCrash } from 'lucide-react';
import { StartButton } from '../start/start-button.tsx';
import { readError } from '../trpc/errors.ts';
import { Button } from '../ui/button.tsx';
import { StateMessage } from '../ui/state-message.tsx';
import type { ListParams } from './list-params.ts';

/** The list while it is being read. */
export function ListLoading() {
  return (
    <div role="status" aria-label="Loading the workflows" className="border-t">
      {Array.from({ length: 8 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all alike
        <div key={index} className="flex h-11 items-center gap-4 border-b px-4 lg:px-6">
          <span className="breathe h-3 w-16 rounded bg-raised" />
          <span className="breathe h-3 w-40 rounded bg-raised" />
          <span className="breathe h-3 grow rounded bg-raised" />
        </div>
      ))}
    </div>
  );
}

export function ListFailed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <div role="alert">
      <StateMessage
        icon={ServerCrash}
        title="The workflows can't be read"
        action={<Button onClick={onRetry}>Try again</Button>}
      >
        {readError(error).message}
      </StateMessage>
    </div>
  );
}

/** No rows: because of the search, or because there is nothing of the kind. */
export function NothingFound({ params, onClear }: { params: ListParams; onClear: () => void }) {
  if (params.search) {
    return (
      <StateMessage
        icon={SearchX}
        title={`Nothing matches “${params.search}”`}
        action={<Button onClick={onClear}>Clear the search</Button>}
      >
        Keys, reasons and names are searched{params.tab !== 'all' && <> among the {params.tab} workflows</>}.
      </StateMessage>
    );
  }
  if (params.tab === 'aborted') {
    return (
      <StateMessage icon={OctagonX} title="No workflow was aborted">
        What someone aborts is listed here, with who did it and why.
      </StateMessage>
    );
  }
  if (params.tab === 'ended') {
    return (
      <StateMessage icon={CircleCheck} title="No workflow has ended yet">
        What comes to its end is listed here, with its outcome.
      </StateMessage>
    );
  }
  return (
    <StateMessage icon={Inbox} title="Nothing is running" action={<StartButton />}>
      Start a workflow here, or with <code>upulse workflow start</code>. It shows up by itself.
    </StateMessage>
  );
}
