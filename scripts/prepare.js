// npm runs this after an install: it generates the Prisma client into src/server/db/generated.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const cli = findPrisma();
if (!cli) {
  console.warn(
    'Pulse: the database client was not generated, because `prisma` is a development dependency and is not installed.\n' +
      '       Run `npm ci` with them, or copy src/server/db/generated from where it was generated.',
  );
} else {
  const run = spawnSync(process.execPath, [cli, 'generate'], {
    cwd: root,
    encoding: 'utf8',
    // Generating needs no schema engine, but Prisma downloads one unless it is told of a file that exists.
    env: { PRISMA_SCHEMA_ENGINE_BINARY: cli, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1', ...process.env },
  });
  if (run.status !== 0) {
    console.error('Pulse: `prisma generate` failed, so there is no database client.');
    console.error([run.error?.message, run.stdout, run.stderr].filter(Boolean).join('\n').trim());
    process.exitCode = run.status || 1;
  }
}

function findPrisma() {
  try {
    return createRequire(import.meta.url).resolve('prisma/build/index.js');
  } catch {
    return null;
  }
}
