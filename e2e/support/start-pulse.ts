import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPulseClient, type PulseClient } from '#client/index.ts';
import type { Role } from '#domain/access.ts';
import { type SignedIn, signIn } from './sign-in.ts';
import { type Outcome, type RunningCommand, runUpulse, startUpulse } from './upulse.ts';

/** A Pulse that runs for a test: the built dashboard, a real database, a real adapter. */
export interface Pulse {
  url: string;
  home: string;
  port: number;
  /** With the admin token of its home. */
  client: PulseClient;
  token: string;
  /** Asks for a path of it with that token, or with headers of one's own. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Makes someone who is signed in. */
  signIn(name?: string, role?: Role): Promise<SignedIn>;
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
  const command = startUpulse(['up', ...args], {
    PULSE_ALLOW_COMMANDS: '1',
    ...env,
    PULSE_HOME: home,
    PORT: String(port),
  });
  const ready = await command.waitForOutput(/^Pulse is ready: (http:\/\/\S+:(\d+))$/m);
  const [, url = '', foundPort] = ready;
  // A database of its own has no token in the home.
  const token = (await readFile(join(home, 'admin-token'), 'utf8').catch(() => '')).trim();
  const client = createPulseClient({ url, token });
  return {
    url,
    home,
    port: Number(foundPort),
    command,
    client,
    token,
    fetch: (path, { headers, ...init } = {}) => {
      const sent = new Headers({ authorization: `Bearer ${token}` });
      for (const [header, value] of new Headers(headers)) sent.set(header, value);
      return fetch(url + path, { ...init, headers: sent });
    },
    signIn: (name = 'Ada', role = 'admin') => signIn({ url, client }, name, role),
    upulse: (...words) => runUpulse(words, { PULSE_HOME: home, PULSE_URL: url }),
    stop: async (signal = 'SIGTERM', to = 'process') => {
      command.signal(signal, to);
      const { exitCode, stdout, stderr } = await command.ended;
      if (exitCode !== 0) throw new Error(`upulse up ended with ${exitCode} after ${signal}:\n${stdout}${stderr}`);
    },
  };
}
