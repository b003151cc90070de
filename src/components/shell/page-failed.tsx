'use client';
import { useQuery } from '@tanstack/react-query';
import { DatabaseZap } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { Button } from '../ui/button.tsx';
import { StateMessage } from '../ui/state-message.tsx';

const pollMs = 2_000;
const unreachable = 'unreachable';

/** For a page that the server could not write. It finds out why, and shows the page once that is over. */
export function PageFailed({ onRetry }: { onRetry: () => void }) {
  const t = useTranslations('shell.failed');
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
        title={t('title')}
        action={
          <Button look="primary" onClick={onRetry}>
            {t('retry')}
          </Button>
        }
      >
        {reason ? t('notReady', { reason: reason === unreachable ? t('noAnswer') : reason }) : t('unknown')}
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
    return unreachable;
  }
}
