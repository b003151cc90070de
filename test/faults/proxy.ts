import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP connection's two ends, and what is being held back on its way. */
interface Link {
  client: Socket;
  server: Socket;
  requests: Buffer[];
  answers: Buffer[];
}

export type Direction = 'requests' | 'answers';

/** A TCP proxy that does what networks do to a connection. */
export interface TcpProxy {
  port: number;
  /** Where new connections go. */
  target: { host: string; port: number };
  /** Breaks every connection, and whatever was held back on it is lost. */
  cut(): void;
  /** Breaks every connection for the client; requests that were held back still reach the server, `afterMs` later. */
  cutAndDeliver(afterMs: number): void;
  /** Never again lets a byte through on the connections there are, and does not tell: as when a router forgets them. */
  silence(): void;
  /** Turns new connections away, or lets them in again. */
  refuse(refuses: boolean): void;
  /** Holds back all bytes of a direction. */
  hold(direction: Direction): void;
  /** Lets all bytes go on. */
  release(): void;
  /** How many bytes are held back. */
  countHeld(): number;
  close(): void;
}

/** Starts a proxy on a free port. */
export async function startProxy(target: TcpProxy['target']): Promise<TcpProxy> {
  const links = new Set<Link>();
  const held = new Set<Direction>();
  const silent = new Set<Link>();
  let refuses = false;

  const listener = createServer({ noDelay: true }, (client) => {
    if (refuses) return void client.on('error', () => {}).resetAndDestroy();
    const server = connect({ ...proxy.target, noDelay: true });
    const link: Link = { client, server, requests: [], answers: [] };
    links.add(link);
    forward(client, server, link, 'requests');
    forward(server, client, link, 'answers');
  });

  function forward(from: Socket, to: Socket, link: Link, direction: Direction): void {
    from.on('data', (bytes) => {
      if (silent.has(link)) return;
      if (held.has(direction)) link[direction].push(bytes);
      else to.write(bytes);
    });
    from.on('error', () => {}); // 'close' follows.
    from.on('close', () => {
      if (!links.delete(link)) return; // It was cut.
      to.end(Buffer.concat(link[direction]));
    });
  }

  function cut(): void {
    for (const link of links) {
      links.delete(link);
      link.client.resetAndDestroy();
      link.server.resetAndDestroy();
    }
  }

  function cutAndDeliver(afterMs: number): void {
    for (const { client, server, requests } of links) {
      client.resetAndDestroy();
      setTimeout(() => server.end(Buffer.concat(requests)), afterMs);
    }
    links.clear();
  }

  function silence(): void {
    for (const link of links) silent.add(link);
    links.clear();
  }

  function release(): void {
    held.clear();
    for (const { client, server, requests, answers } of links) {
      if (requests.length > 0) server.write(Buffer.concat(requests.splice(0)));
      if (answers.length > 0) client.write(Buffer.concat(answers.splice(0)));
    }
  }

  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const proxy: TcpProxy = {
    port: (listener.address() as AddressInfo).port,
    target,
    cut,
    cutAndDeliver,
    silence,
    refuse: (value) => {
      refuses = value;
    },
    hold: (direction) => void held.add(direction),
    release,
    countHeld: () =>
      [...links].reduce((sum, { requests, answers }) => sum + Buffer.concat([...requests, ...answers]).length, 0),
    close: () => {
      listener.close();
      for (const link of silent) links.add(link);
      cut();
    },
  };
  return proxy;
}
