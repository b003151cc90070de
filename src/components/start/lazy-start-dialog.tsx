'use client';
import dynamic from 'next/dynamic';

/** The dialog that starts a workflow. Its forms are loaded when someone opens it. */
export const LazyStartDialog = dynamic(() => import('./start-dialog.tsx').then(({ StartDialog }) => StartDialog), {
  ssr: false,
});
