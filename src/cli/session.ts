import type { Command } from 'commander';
import type { PulseClient } from '#client/index.ts';
import { resolveServerUrl } from './address.ts';
import { findToken } from './find-token.ts';
import { formatDuration } from './output/time.ts';

/** The options that every command takes. */
export interface GlobalOptions {
  json?: true;
  url?: string;
}

/** What a command that talks to the server works with. */
export interface Session {
  client: PulseClient;
  /** Whether to print the API's objects instead of text for people. */
  json: boolean;
}

/** Makes the client of a command. It loads the client's libraries only now, which keeps `--help` fast. */
export async function openSession(command: Command): Promise<Session> {
  const { json = false, url } = command.optsWithGlobals<GlobalOptions>();
  const serverUrl = resolveServerUrl(url, process.env);
  const token = await findToken(serverUrl, process.env);
  const { createPulseClient } = await import('#client/index.ts');
  const onFull = (retryAfterMs: number) => {
    const pause = formatDuration(retryAfterMs);
    if (!json) process.stderr.write(`The server has no place for another stream; asking again in ${pause}.\n`);
  };
  return { client: createPulseClient({ url: serverUrl, token, via: 'cli', onFull }), json };
}
