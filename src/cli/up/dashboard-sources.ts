import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { packageRoot } from '../package-root.ts';

/** Everything that a build of the dashboard is made from. `tsconfig.json` is left out: the build itself edits it. */
const sources = [
  'src/app',
  'src/components',
  'src/domain',
  'src/messages',
  'src/server',
  'workflows',
  'public',
  'next.config.mjs',
  'postcss.config.mjs',
  'tailwind.config.ts',
  'package.json',
  'package-lock.json',
];

const irrelevant = /\.(unit|int)\.test\.tsx?$/;

/** Names the state of the dashboard's sources: the same sources, the same name. */
export async function hashDashboardSources(): Promise<string> {
  const hash = createHash('sha256');
  const files = (await Promise.all(sources.map((source) => listFiles(join(packageRoot, source))))).flat();
  const contents = await Promise.all(files.map((file) => readFile(file)));
  for (const [index, content] of contents.entries()) {
    hash.update(`${relative(packageRoot, files[index] ?? '')}\0${content.byteLength}\0`).update(content);
  }
  return hash.digest('hex');
}

async function listFiles(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTDIR') return null;
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  if (entries === null) return [path];
  return entries
    .filter((entry) => entry.isFile() && !irrelevant.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
