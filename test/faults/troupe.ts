import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cursor, formatCursor } from '#domain/cursor.ts';
import { runSql } from '../sql.ts';
import { adapterRuns, neverComes } from './choose.ts';
import { startHttpWriter } from './http-writer.ts';
import { createJournal, type Journal, note, type Told } from './journal.ts';
import { type LinkName, type ProcessName, processNames } from './plan.ts';
import { type Process, startProcess } from './process.ts';
import { startProxy, type TcpProxy } from './proxy.ts';

/** The processes of one run, the proxies between them, and all that they tell. */
export interface Troupe {
  journal: Journal;
  processes: Record<ProcessName, Process>;
  links: Record<LinkName, TcpProxy>;
  /** Begins the work, once every process is ready for it. */
  begin(): Promise<void>;
  /** Ends the work and waits until nothing is left to do. **Shape** what did not come to rest, if anything. */
  rest(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** After what time without an answer a connection counts as lost. Far less than by default, since a run is short. */
const queryTimeoutMs = 1_500;
/** How long nothing may happen while something is left to do, and how long all of that may take. */
const quietTimeoutMs = 30_000;
const restTimeoutMs = 90_000;
const pollMs = 50;

/** Where the log ends, and the workflows of a name that still need an adapter. Children stay, unless their parent was aborted. */
const endQuery = `
  SELECT position::int, refusals::int, (
    SELECT string_agg(w.key, ', ' ORDER BY w.key) FROM workflow w LEFT JOIN workflow p ON p.key = w.parent
    WHERE w.name = $1 AND (w.status = 'active' OR w.role IS NOT NULL) AND (w.waiting_for IS DISTINCT FROM $2 OR p.status = 'aborted')
  ) AS open
  FROM log_head`;

export async function startTroupe({ seed, url, home }: { seed: number; url: string; home: string }): Promise<Troupe> {
  const journal = createJournal();
  let beganAtMs: number | null = null;
  const started = new Set<ProcessName>();
  const rested = new Set<string>();
  const cursors = new Map<ProcessName, Cursor>();
  const server = new URL(url);
  const links = Object.fromEntries(
    await Promise.all(
      [...processNames, 'clients' as const].map(async (name) => {
        return [name, await startProxy({ host: server.hostname, port: Number(server.port) })] as const;
      }),
    ),
  ) as Record<LinkName, TcpProxy>;

  const processes = Object.fromEntries(
    processNames.map((name) => {
      const configure = (life: number) => ({
        name: `${name}.${life}`,
        seed,
        url: through(url, links[name]),
        home,
        elapsedMs: beganAtMs === null ? null : Date.now() - beganAtMs,
        after: cursors.has(name) ? formatCursor(cursors.get(name) as Cursor) : null,
      });
      const program = `./${name.replace(/-\d$/, '')}.ts`;
      const onTold = (told: Told) => hear(name, told);
      return [name, startProcess({ program, configure, logPath: join(home, `${name}.log`), onTold })] as const;
    }),
  ) as Record<ProcessName, Process>;
  const httpWriter = startHttpWriter({ seed, url: `http://127.0.0.1:${links.clients.port}`, journal });
  for (const name of ['writer-1', 'writer-2']) journal.subscriptions.set(name, { filter: {}, entries: [] });

  function hear(name: ProcessName, told: Told): void {
    if (told.type === 'ready') {
      started.add(name);
      if (told.port !== undefined) links.clients.target = { host: '127.0.0.1', port: told.port };
    } else if (told.type === 'rested') rested.add(name);
    else if (told.type === 'seen') {
      cursors.set(name, told.cursor);
      journal.subscriptions.get(name)?.entries.push(told.entry);
    } else note(journal, told);
  }

  let head = '';
  let grewAtMs = 0;
  /** Also notes when the log has grown, as on a busy machine everything takes its time. */
  async function findUnrest(): Promise<string | undefined> {
    const [end] = await runSql(url, endQuery, [adapterRuns, neverComes]);
    const found = `${end?.position} ${end?.refusals}`;
    if (found !== head) grewAtMs = Date.now();
    head = found;
    const restless = ['writer-1', 'writer-2'].filter((name) => !rested.has(name));
    if (restless.length > 0) return `${restless} still waits for answers`;
    if (!httpWriter.isRested()) return 'the HTTP writer still waits for answers';
    if (end?.open) return `no adapter brings to an end ${end.open}`;
    for (const [name, { position, refusals }] of cursors) {
      if (position !== end?.position || refusals !== end.refusals) return `${name} has not seen the end of the log`;
    }
    return httpWriter.findUnseen(end?.position);
  }

  return {
    journal,
    processes,
    links,
    begin: async () => {
      while (started.size < processNames.length) {
        if (journal.broken.length > 0) throw new Error(journal.broken.join('\n'));
        await sleep(pollMs);
      }
      beganAtMs = Date.now();
      for (const { order } of Object.values(processes)) order('begin');
      httpWriter.begin();
    },
    rest: async () => {
      const beganToRestAtMs = Date.now();
      grewAtMs = beganToRestAtMs;
      for (const { order } of Object.values(processes)) order('stop');
      httpWriter.stopWork();
      for (;;) {
        const unrest = await findUnrest().catch((error: Error) => error.message);
        if (!unrest) return undefined;

        const [quietMs, restMs] = [Date.now() - grewAtMs, Date.now() - beganToRestAtMs];
        if (quietMs > quietTimeoutMs || restMs > restTimeoutMs)
          return `${Math.round(restMs / 1000)} s after the last fault, ${Math.round(quietMs / 1000)} s without an entry: ${unrest}`;
        await sleep(pollMs);
      }
    },
    close: async () => {
      await Promise.all(Object.values(processes).map(({ kill }) => kill()));
      await httpWriter.close();
      for (const link of Object.values(links)) link.close();
    },
  };
}

function through(url: string, { port }: TcpProxy): string {
  const other = new URL(url);
  other.port = String(port);
  other.searchParams.set('query_timeout', String(queryTimeoutMs));
  return other.href;
}
