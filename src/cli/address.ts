import { invalidInput } from '#domain/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The server's address from `HOST` and `PORT`. **Errors** `INVALID_INPUT` for a port that is none. */
export function readAddress(env: Environment): { host: string; port: number } {
  const { HOST: host = '127.0.0.1', PORT: port = '3000' } = omitEmpty(env);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw invalidInput('PORT', `must be 0 to 65535, not '${port}'`);
  return { host, port: Number(port) };
}

/** `http://<host>:<port>`, an IPv6 address in brackets. */
export function formatUrl(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** A host to connect to: for one that means every interface, this machine's own. */
export function toReachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

/** Whether only this machine reaches what is served on a host. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/.test(host);
}

/** Where a command finds Pulse: `--url`, else `PULSE_URL`, else where `upulse up` would run. */
export function resolveServerUrl(option: string | undefined, env: Environment): string {
  const url = option ?? omitEmpty(env).PULSE_URL;
  if (url === undefined) {
    const { host, port } = readAddress(env);
    return formatUrl(toReachableHost(host), port);
  }
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw invalidInput(
      option === undefined ? 'PULSE_URL' : '--url',
      `must be like http://127.0.0.1:3000, not '${url}'`,
    );
  return url;
}

/** An empty variable counts as unset. */
function omitEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}
