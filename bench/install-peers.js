// Installs what the benchmarks compare Pulse with: here, so that nobody else downloads it.
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const bench = fileURLToPath(new URL('.', import.meta.url));

const changedAt = (path) => statSync(new URL(path, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (changedAt('node_modules/.package-lock.json') < changedAt('package-lock.json')) {
  console.log('Installing what Pulse is compared with…');
  execFileSync('npm', ['ci', '--prefix', bench, '--ignore-scripts'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
