'use client';
import { lazyDialog } from '../ui/lazy-dialog.tsx';

/** The dialog that starts a workflow, with its forms. */
export const LazyStartDialog = lazyDialog(() => import('./start-dialog.tsx').then((file) => file.StartDialog));
