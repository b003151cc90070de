import { realpathSync } from 'node:fs';
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * Lets what this thread imports from a workflows directory import `pulse/workflows`, wherever the directory is.
 *
 * The files are read as ES modules, and get Pulse's zod where they have none installed.
 */
export function registerKit(directory: string): void {
  const data = {
    pulse: new URL('../../../package.json', import.meta.url).href,
    directory: `${pathToFileURL(realpathSync(directory)).href}/`,
  };
  register('./resolve-kit.js', import.meta.url, { data });
}
