import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#test/database.ts';
import { startDeafProxy } from '#test/deaf-proxy.ts';
import { appendOne } from '#test/pulse.ts';
import { runSql } from '#test/sql.ts';
import { openPulse } from '../pulse.ts';
import { openDatabase } from './open-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const open = (env: Record<string, string>) => openDatabase({ env });

describe('a pooler that passes on no notification', () => {
  let proxy: Awaited<ReturnType<typeof startDeafProxy>>;
  beforeAll(async () => {
    proxy = await startDeafProxy(database.url);
  });
  afterAll(() => proxy.close());

  it('is told apart from a server, with what to set', async () => {
    await expect(open({ DATABASE_URL: proxy.url })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message:
        'DATABASE_URL leads through a pooler in transaction mode, where notifications of commits do not arrive. Set ' +
        'DATABASE_DIRECT_URL to the URL of the PostgreSQL server itself, for LISTEN and migrations; DATABASE_URL may stay.',
    });
    await expect(open({ DATABASE_URL: database.url })).resolves.toMatchObject({ directUrl: database.url });
  });

  it('is gone around by the direct URL, which the owner takes too where there is no other', async () => {
    expect(await open({ DATABASE_URL: proxy.url, DATABASE_DIRECT_URL: database.url })).toMatchObject({
      url: proxy.url,
      directUrl: database.url,
      ownerUrl: database.url,
    });
  });

  it('is noticed on the direct URL, and so is another database', async () => {
    const reason = { details: { reason: 'What DATABASE_URL commits is not heard on DATABASE_DIRECT_URL' } };
    await expect(open({ DATABASE_URL: database.url, DATABASE_DIRECT_URL: proxy.url })).rejects.toMatchObject(reason);
    const other = await createTestDatabase();
    await expect(open({ DATABASE_URL: database.url, DATABASE_DIRECT_URL: other.url })).rejects.toMatchObject(reason);
    await other.close();
  });

  it('needs a DATABASE_URL', async () => {
    await expect(open({ DATABASE_DIRECT_URL: database.url })).rejects.toThrow('DATABASE_DIRECT_URL is set');
  });
});

describe.skipIf(!findPgBouncer())('PgBouncer', () => {
  let bouncer: Awaited<ReturnType<typeof startPgBouncer>>;
  afterEach(() => bouncer.close());

  it('in transaction mode is told, and used beside a direct connection', async () => {
    bouncer = await startPgBouncer(database.url, 'transaction');
    await expect(open({ DATABASE_URL: bouncer.url })).rejects.toThrow('a pooler in transaction mode');
    const { url, directUrl } = await open({ DATABASE_URL: bouncer.url, DATABASE_DIRECT_URL: database.url });
    const reader = await openPulse({ url, directUrl, heartbeatMs: 600_000 });
    const writer = await openPulse({ url, directUrl, heartbeatMs: 600_000 });
    const done = new AbortController();
    const entries = reader.tail({ after: await reader.head(), signal: done.signal });
    const next = entries.next();
    await appendOne(writer, 'through-a-pooler', 'meta.__start__');
    expect((await next).value).toMatchObject({ entry: { key: 'through-a-pooler', kind: 'meta.__start__' } });
    await Promise.all(Array.from({ length: 200 }, (_, index) => appendOne(writer, `k${index % 20}`, 'log.noted')));
    done.abort();
    await entries.return(undefined);
    await Promise.all([reader.close(), writer.close()]);
  });

  it('in session mode is as good as a server', async () => {
    bouncer = await startPgBouncer(database.url, 'session');
    await expect(open({ DATABASE_URL: bouncer.url })).resolves.toMatchObject({ directUrl: bouncer.url });
  });
});

function findPgBouncer(): string | undefined {
  try {
    return execFileSync('sh', ['-c', 'PATH="$PATH:/usr/sbin" command -v pgbouncer'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

async function startPgBouncer(url: string, mode: 'transaction' | 'session') {
  const directory = await mkdtemp(join(tmpdir(), 'pulse-pgbouncer-'));
  await chmod(directory, 0o755);
  const { hostname, port, username, password, pathname } = new URL(url);
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const own = Object.assign(new URL(url), { port: (probe.address() as { port: number }).port });
  probe.close();
  await writeFile(
    join(directory, 'config.ini'),
    `[databases]
pooled = host=${hostname} port=${port} dbname=${pathname.slice(1)} user=${username} password=${decodeURIComponent(password)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own.port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = 10
ignore_startup_parameters = extra_float_digits
`,
  );
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const child = spawn(findPgBouncer() as string, ['-q', join(directory, 'config.ini')], { stdio: 'ignore', ...user });
  own.pathname = '/pooled';
  await expect.poll(() => runSql(own.href, 'SELECT 1 AS one').catch(() => []), { timeout: 10_000 }).toHaveLength(1);
  return {
    url: own.href,
    close: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
      await rm(directory, { recursive: true });
    },
  };
}
