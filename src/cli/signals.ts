const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A signal that fires when the process is told to stop: Ctrl-C, SIGTERM, or its terminal closing. */
export function watchStopSignals({ onForce }: { onForce: () => void }): AbortController {
  const stopping = new AbortController();
  for (const signal of signals) {
    process.on(signal, () => {
      if (stopping.signal.aborted) onForce();
      else stopping.abort();
    });
  }
  return stopping;
}

/** Waits until a signal fires. */
export async function waitForAbort(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
