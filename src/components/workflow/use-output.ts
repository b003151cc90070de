'use client';
import { useEffect, useState } from 'react';
import type { OutputChunk, OutputItem } from '#domain/output.ts';
import { createFrameQueue } from '../live/frame-queue.ts';
import { useTRPCClient } from '../trpc/trpc.ts';
import { createOutputReader, type OutputText } from './output-lines.ts';

export interface Output extends OutputText {
  state: 'reading' | 'live' | 'over' | 'failed';
  error: unknown;
}

const nothing: Output = { lines: [], missingBytes: 0, state: 'reading', error: null };

/** Follows what a round prints while it is looked at. A lost connection goes on after the last chunk that was seen. */
export function useOutput(key: string, round: number): Output {
  const client = useTRPCClient();
  const [output, setOutput] = useState(nothing);
  useEffect(() => {
    const read = createOutputReader();
    setOutput(nothing);
    const queue = createFrameQueue<OutputItem>((items) => {
      const chunks = items.filter((item): item is { type: 'chunk' } & OutputChunk => item.type === 'chunk');
      const text = read(chunks);
      const isOver = items.some((item) => item.type === 'over');
      setOutput((before) => ({
        ...text,
        error: null,
        state: isOver ? 'over' : before.state === 'over' ? 'over' : 'live',
      }));
    });
    const subscription = client.workflow.onOutput.subscribe(
      { key, round },
      {
        onData: ({ data }) => queue.push(data),
        onError: (error) => setOutput((before) => ({ ...before, state: 'failed', error })),
      },
    );
    return () => {
      queue.clear();
      subscription.unsubscribe();
    };
  }, [client, key, round]);
  return output;
}
