import { createHash } from 'node:crypto';

/** The branch of a workflow: `pulse/` and its key, made safe. */
export function branchOf(key: string): string {
  const safe = makeSafe(key);
  return `pulse/${safe === key ? safe : `${safe}-${hashOf(key)}`}`;
}

/** The directory name of a workflow's worktree: its key, made safe, and a hash that tells apart keys that look alike. */
export function worktreeNameOf(key: string): string {
  return `${makeSafe(key)}-${hashOf(key)}`;
}

// Lower case, because file systems that ignore case would take fix-A and fix-a for the same branch.
function makeSafe(key: string): string {
  const safe = key
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
  return safe || 'workflow';
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8);
}
