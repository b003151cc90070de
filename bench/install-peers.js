// Installs what the benchmarks compare Pulse with: here, so that nobody else downloads it.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const bench = fileURLToPath(new URL('.', import.meta.url));

if (!existsSync(new URL('node_modules/.package-lock.json', import.meta.url))) {
  console.log('Installing what Pulse is compared with…');
  execFileSync('npm', ['ci', '--prefix', bench, '--ignore-scripts'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
