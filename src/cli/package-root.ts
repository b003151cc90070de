import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where this Pulse is installed, whatever directory it is run from. */
export const packageRoot = fileURLToPath(new URL('../..', import.meta.url));

/** The command itself, for starting further processes of it. */
export const commandPath = join(packageRoot, 'bin', 'upulse.js');
