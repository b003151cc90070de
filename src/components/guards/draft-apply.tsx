'use client';
import { useMutation } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { toast } from 'sonner';
import type { Json } from '#domain/json.ts';
import { useMay } from '../access/viewer.tsx';
import { useTRPC } from '../trpc/trpc.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { DraftIssues } from './draft-issues.tsx';

/** Counts what a draft would have refused, and puts it in force once that was seen. */
export function DraftApply({ definition, onApplied }: { definition: Json | undefined; onApplied: () => void }) {
  const t = useTranslations('guards.draft');
  const words = useTranslations('guards');
  const access = useTranslations('access');
  const mayApply = useMay('guard:write');
  const trpc = useTRPC();
  const [open, setOpen] = useState(false);
  const count = useMutation(trpc.guard.apply.mutationOptions());
  const apply = useMutation(
    trpc.guard.apply.mutationOptions({
      onSuccess: ({ name }) => {
        setOpen(false);
        onApplied();
        toast.success(t('applied', { name }), {
          description: (
            <Link href={`/guards#${name}`} className="underline underline-offset-2">
              {words('title')}
            </Link>
          ),
        });
      },
    }),
  );
  // What was counted is of the draft that was counted, and of no other.
  const isCounted = count.data && count.variables?.definition === definition;
  if (!mayApply) return <p className="text-muted">{access('applyHint')}</p>;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <Button
          disabled={definition === undefined || count.isPending}
          onClick={() => count.mutate({ definition, dryRun: true })}
        >
          {t(count.isPending ? 'counting' : 'count')}
        </Button>
        <Button look="primary" disabled={!isCounted} onClick={() => setOpen(true)}>
          {t('apply')}
        </Button>
      </div>
      <p role="status" className="empty:hidden">
        {isCounted && t('wouldHave', { count: count.data.wouldHaveRefused })}
      </p>
      {count.error && count.variables?.definition === definition && <DraftIssues error={count.error} />}
      {isCounted && (
        <ConfirmDialog
          open={open}
          onOpenChange={(next) => {
            apply.reset();
            setOpen(next);
          }}
          title={t('applyTitle', { name: count.data.name })}
          words={{ cancel: words('cancel'), confirm: apply.isPending ? words('working') : t('apply') }}
          error={apply.error}
          pending={apply.isPending}
          onConfirm={() => apply.mutate({ definition })}
        >
          <p>{t('applyAbout')}</p>
          <p className="font-medium">{t('wouldHave', { count: count.data.wouldHaveRefused })}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}
