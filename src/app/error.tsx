'use client';
import { PageFailed } from '#components/shell/page-failed.tsx';

export default function PageError({ retry }: { error: unknown; retry: () => void }) {
  return <PageFailed onRetry={retry} />;
}
