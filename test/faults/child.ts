import { setTimeout as sleep } from 'node:timers/promises';
import { openPulse, type Pulse } from '#server/pulse.ts';
import type { Told } from './journal.ts';

/** What a process of the run is told when it starts, by the environment. */
export interface ChildConfig {
  /** Differs from one life of a process to the next. */
  name: string;
  seed: number;
  url: string;
  home: string;
  /** How long the run's work had lasted when the process was started; null when it waits for the order to begin. */
  elapsedMs: number | null;
  /** Where the process before it had got to in the log, as a cursor's text. */
  after: string | null;
}

export const configVariable = 'PULSE_FAULTS_CONFIG';

/** What a process is told while it runs. `stop`: ask nothing more. */
export type Order = 'begin' | 'stop';

export function readConfig(): ChildConfig {
  process.on('disconnect', () => process.exit(1));
  return JSON.parse(process.env[configVariable] as string) as ChildConfig;
}

/** Does something when an order comes. */
export function onOrder(order: Order, act: () => void): void {
  process.on('message', (message) => message === order && act());
}

/** Tells the run. Resolves once it is out of this process. */
export function tell(told: Told): Promise<void> {
  return new Promise((resolve) => {
    if (process.send?.(told, undefined, undefined, () => resolve()) === undefined) resolve();
  });
}

const heartbeatMs = 300;

/** Opens the log, as soon as the database lets it. */
export async function openWhenReachable(url: string): Promise<Pulse> {
  for (;;) {
    try {
      return await openPulse({ url, heartbeatMs });
    } catch (error) {
      console.error(`not open yet: ${(error as Error).message}`);
      await sleep(50);
    }
  }
}
