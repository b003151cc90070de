// How imports of a workflows directory are resolved. Runs in the thread of Node's loaders, before TypeScript is read.
let pulse;
let directory;

/** @param {{ pulse: string, directory: string }} data file URLs: Pulse's package.json, and the directory with a slash. */
export function initialize(data) {
  ({ pulse, directory } = data);
}

export async function resolve(specifier, context, nextResolve) {
  const resolved = await find(specifier, context, nextResolve);
  return isOfDirectory(resolved.url) ? { ...resolved, format: 'module' } : resolved;
}

/** The kit is that of the Pulse which runs. zod is the directory's own where it has one installed. */
async function find(specifier, context, nextResolve) {
  const fromPulse = () => nextResolve(specifier, { ...context, parentURL: pulse });
  if (specifier.startsWith('pulse/')) return fromPulse();
  if (specifier !== 'zod') return nextResolve(specifier, context);
  return nextResolve(specifier, context).catch(fromPulse);
}

/** Without a package.json they would pass for CommonJS, in which Node cannot find the kit. */
function isOfDirectory(url) {
  return url.startsWith(directory) && !url.includes('/node_modules/') && /\.[jt]s(\?|$)/.test(url);
}
