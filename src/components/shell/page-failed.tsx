'use client';
import { useQuery } from '@tanstack/react-query';
import { DatabaseZap } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from '../ui/button.tsx';
import { StateMessage } from '../ui/state-message.tsx';

const pollMs = 2_000;

/** For a page that the server could not write. It finds out why, and shows the page once that is over. */
export function PageFailed({ onRetry }: { onRetry: () => void }) {
  const { data: reason } = useQuery({
    queryKey: ['readiness'],
    queryFn: readReason,
    refetchInterval: pollMs,
    gcTime: 0,
  });
  const wasDown = useRef(false);
  useEffect(() => {
    if (reason) wasDown.current = true;
    else if (reason === null && wasDown.current) {
      wasDown.current = false;
      onRetry();
    }
  }, [reason, onRetry]);
  return (
    <div role="alert">
      <StateMessage
        heading="h1"
        icon={DatabaseZap}
        title="This page can't be shown now"
        action={
          <Button look="primary" onClick={onRetry}>
            Try again
          </Button>
        }
      >
        {reason
          ? `The server is not ready: ${reason}. The page comes back by itself once it is.`
          : 'Something went wrong in the server; its log has the cause.'}
      </StateMessage>
    </div>
  );
}

/** Why the server is not ready; null when it is. */
async function readReason(): Promise<string | null> {
  try {
    const response = await fetch('/api/ready', { cache: 'no-store' });
    const { reason } = (await response.json()) as { reason?: string };
    return reason ?? null;
  } catch {
    return 'it does not answer';
  }
}
