import { defineWorkflow } from '#domain/definition.ts';
import { fn } from '#domain/role.ts';
import { code } from './meta/coder.ts';
import { MetaInput } from './meta/input.ts';
import { plan } from './meta/planner.ts';
import { review } from './meta/reviewer.ts';

/**
 * Works on a task in a git repository, in a worktree of its own under `PULSE_HOME`: planner, then coder and reviewer
 * in turn until the checks pass.
 *
 * **Shape** ends with `approved` and a commit on its branch, or with `failed` when a role cannot do its work at all.
 */
export const meta = defineWorkflow(
  {
    name: 'meta',
    description: 'Plans, codes and reviews a task on a branch of a git repository until its checks pass.',
    input: MetaInput,
    maxRounds: 10,
    commandsFromInput: true,
  },
  {
    roles: { planner: fn(plan), coder: fn(code), reviewer: fn(review) },
    moderator: ({ history }) => {
      const last = history.at(-1);
      if (!last) return { role: 'planner' };
      if (last.outcome === 'lost') return { role: last.role };
      if (last.outcome !== 'succeeded') return { end: 'failed' };
      if (last.role === 'coder') return { role: 'reviewer' };
      return last.role === 'reviewer' && last.output.approved ? { end: 'approved' } : { role: 'coder' };
    },
  },
);
