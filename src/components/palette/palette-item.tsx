'use client';
import { Command } from 'cmdk';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Kbd } from '../ui/kbd.tsx';

/** One line of the palette: what it does, and the keys that do the same. */
export function PaletteItem({
  icon: Icon,
  value,
  keys = [],
  disabled = false,
  onSelect,
  children,
}: {
  icon?: LucideIcon;
  /** What the typed text is compared with. */
  value: string;
  keys?: readonly string[];
  disabled?: boolean;
  onSelect: () => void;
  children: ReactNode;
}) {
  return (
    <Command.Item
      value={value}
      disabled={disabled}
      onSelect={onSelect}
      className="flex h-9 cursor-pointer items-center gap-3 rounded px-2 data-[selected=true]:bg-raised"
    >
      {Icon && <Icon className="size-4 shrink-0 text-muted" aria-hidden />}
      <span className="flex min-w-0 grow items-center justify-between gap-3 truncate">{children}</span>
      {keys.length > 0 && (
        <span className="flex gap-1">
          {keys.map((key) => (
            <Kbd key={key}>{key}</Kbd>
          ))}
        </span>
      )}
    </Command.Item>
  );
}
