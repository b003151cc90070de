'use client';
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { LazyStartDialog } from '../start/lazy-start-dialog.tsx';
import { lazyDialog, useFetchAhead } from '../ui/lazy-dialog.tsx';
import { useGlobalKeys } from './use-global-keys.ts';

const CommandPalette = lazyDialog(() => import('./command-palette.tsx').then((file) => file.CommandPalette));
const KeysDialog = lazyDialog(() => import('./keys-dialog.tsx').then((file) => file.KeysDialog));

type Shown = 'palette' | 'keys' | 'start' | null;

const PaletteContext = createContext<() => void>(() => {});

/** Holds what the keyboard reaches from everywhere: the palette, the help on keys, the start of a workflow. */
export function PaletteProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Shown>(null);
  const close = () => setShown(null);
  const actions = useMemo(() => ({ openPalette: () => setShown('palette'), openKeys: () => setShown('keys') }), []);
  useGlobalKeys(actions);
  useFetchAhead(CommandPalette, KeysDialog, LazyStartDialog);
  return (
    <PaletteContext value={actions.openPalette}>
      {children}
      {shown === 'palette' && (
        <CommandPalette
          onClose={close}
          onFailed={close}
          onStart={() => setShown('start')}
          onKeys={() => setShown('keys')}
        />
      )}
      {shown === 'keys' && <KeysDialog onClose={close} onFailed={close} />}
      {shown === 'start' && <LazyStartDialog onClose={close} onFailed={close} />}
    </PaletteContext>
  );
}

/** Opens the palette. */
export function useOpenPalette(): () => void {
  return useContext(PaletteContext);
}
