import type { IncomingMessage } from 'node:http';

/** The headers of a request to Node as Fetch has them. */
export function toHeaders({ headers }: IncomingMessage): Headers {
  return new Headers(
    Object.entries(headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    ),
  );
}
