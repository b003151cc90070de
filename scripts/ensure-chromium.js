// Makes sure that there is a Chromium for the end-to-end tests: an installed one, Playwright's, or else Debian's package.
import { execFileSync } from 'node:child_process';
import { findChromium } from './find-chromium.js';

const attempts = [
  ['npx', ['playwright', 'install', 'chromium']],
  ['apt-get', ['install', '--yes', '--no-install-recommends', 'chromium']],
  ['sh', ['-c', 'apt-get update && apt-get install --yes --no-install-recommends chromium']],
];

for (const [program, args] of attempts) {
  if (findChromium()) break;
  console.log(`No Chromium found; trying: ${program} ${args.join(' ')}`);
  try {
    execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 300_000 });
  } catch {
    // The next attempt may work; the last line says what to do when none does.
  }
}
if (!findChromium()) {
  console.error('The end-to-end tests need a browser: install Chromium or set CHROMIUM_PATH to its executable.');
  process.exit(1);
}
