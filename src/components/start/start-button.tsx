'use client';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { StartDialog } from './start-dialog.tsx';

/** Opens the dialog that starts a workflow. */
export function StartButton() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)} className="max-sm:ml-auto">
        <Plus aria-hidden />
        <span>
          Start<span className="max-sm:sr-only"> workflow</span>
        </span>
      </Button>
      {open && <StartDialog onClose={() => setOpen(false)} />}
    </>
  );
}
