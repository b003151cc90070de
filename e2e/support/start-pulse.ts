import { createPulseClient, type PulseClient } from '#client/index.ts';
import { type Outcome, type RunningCommand, runUpulse, startUpulse } from './upulse.ts';

/** A Pulse that runs for a test: the built dashboard, a real database, a real adapter. */
export interface Pulse {
  url: string;
  home: string;
  port: number;
  client: PulseClient;
  /** The `upulse up` that runs it. */
  command: RunningCommand;
  /** Runs a command against it. */
  upulse(...args: string[]): Promise<Outcome>;
  /** Tells it to stop, and fails unless it ends with exit code 0. */
  stop(signal?: 'SIGTERM' | 'SIGINT', to?: 'process' | 'group'): Promise<void>;
}

/** Starts a Pulse on a home: on a free port, or on the one that is named. */
export async function startPulse({
  home,
  port = 0,
  args = [],
  env = {},
}: {
  home: string;
  port?: number;
  args?: readonly string[];
  env?: Record<string, string>;
}): Promise<Pulse> {
  const command = startUpulse(['up', ...args], { ...env, PULSE_HOME: home, PORT: String(port) });
  const ready = await command.waitForOutput(/^Pulse is ready: (http:\/\/\S+:(\d+))$/m);
  const [, url = '', foundPort] = ready;
  return {
    url,
    home,
    port: Number(foundPort),
    command,
    client: createPulseClient({ url }),
    upulse: (...words) => runUpulse(words, { PULSE_HOME: home, PULSE_URL: url }),
    stop: async (signal = 'SIGTERM', to = 'process') => {
      command.signal(signal, to);
      const { exitCode, stdout, stderr } = await command.ended;
      if (exitCode !== 0) throw new Error(`upulse up ended with ${exitCode} after ${signal}:\n${stdout}${stderr}`);
    },
  };
}
