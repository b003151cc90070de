'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import { clsx } from 'clsx';
import { Download } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Workflow } from '#domain/workflow.ts';
import { useErrorMessage } from '../trpc/use-error-message.ts';
import { Button } from '../ui/button.tsx';
import type { OutputLine, OutputPart } from './output-lines.ts';
import { useOutput } from './use-output.ts';

const linePx = 18;

/** What a round's program prints, as it prints it. */
export function Output({ workflow: { key, round: latest }, children }: { workflow: Workflow; children: ReactNode }) {
  const t = useTranslations('workflow.output');
  const say = useErrorMessage();
  const [asked, setAsked] = useState<number | null>(null);
  const round = Math.min(asked ?? latest, latest);
  const output = useOutput(key, Math.max(1, round));
  const [follows, setFollows] = useState(true);
  return (
    <section aria-label={t('title')} className="flex flex-col">
      <header className="flex flex-wrap items-center gap-3 border-y px-4 py-2 text-xs lg:px-6">
        {children}
        <label className="flex items-center gap-2">
          {t('which')}
          <input
            type="number"
            min={1}
            max={Math.max(1, latest)}
            value={Math.max(1, round)}
            onChange={(event) => setAsked(Number(event.target.value) || null)}
            className="h-8 w-20 rounded border border-edge/60 bg-surface px-2"
          />
        </label>
        <label className="flex items-center gap-2">
          <input type="checkbox" checked={follows} onChange={(event) => setFollows(event.target.checked)} />
          {t('follow')}
        </label>
        <Button
          look="quiet"
          size="tool"
          className="ml-auto"
          disabled={output.lines.length === 0}
          onClick={() => download(`${key}-${round}.log`, output.lines)}
        >
          <Download aria-hidden />
          {t('download')}
        </Button>
      </header>
      {output.missingBytes > 0 && (
        <p className="bg-refused-soft px-4 py-1 text-xs text-refused lg:px-6">
          {t('missing', { bytes: output.missingBytes })}
        </p>
      )}
      {output.state === 'failed' && (
        <p role="alert" className="bg-refused-soft px-4 py-1.5 text-refused lg:px-6">
          {say(output.error)}
        </p>
      )}
      {output.lines.length === 0 ? (
        <div className="px-4 py-12 text-center lg:px-6">
          <p className="font-medium">{t('none')}</p>
          <p className="text-muted">{t('noneAbout')}</p>
        </div>
      ) : (
        <Lines lines={output.lines} follows={follows} onLeave={() => setFollows(false)} />
      )}
    </section>
  );
}

function Lines({ lines, follows, onLeave }: { lines: readonly OutputLine[]; follows: boolean; onLeave: () => void }) {
  const t = useTranslations('workflow.output');
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => linePx,
    overscan: 20,
    useFlushSync: false,
  });
  const last = lines.length - 1;
  useEffect(() => {
    if (follows && last >= 0) rows.scrollToIndex(last, { align: 'end' });
  }, [follows, last, rows]);
  return (
    <div
      ref={box}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable with the keyboard
      tabIndex={0}
      role="log"
      aria-label={t('title')}
      aria-live="off"
      onWheel={(event) => event.deltaY < 0 && onLeave()}
      onKeyDown={(event) => ['ArrowUp', 'PageUp', 'Home'].includes(event.key) && onLeave()}
      className="h-[60dvh] overflow-auto bg-surface py-2 font-mono text-xs"
    >
      <div className="relative w-max min-w-full" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const line = lines[index];
          if (!line) return null;
          return (
            <div
              key={line.number}
              className={clsx(
                'absolute top-0 left-0 border-l-2 px-4 leading-[18px] whitespace-pre lg:px-6',
                line.stream === 'stderr' ? 'border-refused' : 'border-transparent',
              )}
              style={{ height: linePx, transform: `translateY(${start}px)` }}
            >
              {line.stream === 'stderr' && <span className="sr-only">{t('errors')}: </span>}
              {line.parts.map((part, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a line's parts have no other place
                <Part key={at} part={part} />
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Part({ part: { text, colour, bold, dim } }: { part: OutputPart }) {
  const isExact = colour?.includes(',');
  return (
    <span
      className={clsx(colour && !isExact && `ansi-${colour}`, bold && 'font-semibold', dim && 'opacity-70')}
      style={isExact ? { color: `color-mix(in oklab, rgb(${colour}) 60%, var(--pulse-text))` } : undefined}
    >
      {text}
    </span>
  );
}

function download(name: string, lines: readonly OutputLine[]): void {
  const text = lines.map(({ parts }) => `${parts.map((part) => part.text).join('')}\n`);
  const url = URL.createObjectURL(new Blob(text, { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
