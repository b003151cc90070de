import { isAbsolute } from 'node:path';
import { z } from 'zod';
import type { RoleContext } from '#domain/role.ts';
import { filledText } from '../stored-text.ts';

/** What `meta` is started with. */
export const MetaInput = z.strictObject({
  repo: filledText('repo')
    .refine((path) => isAbsolute(path), 'repo must be an absolute path, such as /home/ana/project')
    .describe('The git repository to work on, as an absolute path. Its working tree is not touched.'),
  task: filledText('task').describe('What to do. The first line becomes the message of the commit.'),
  check: filledText('check').optional().describe('The command line that must pass. Default: npm test.'),
});
export type MetaInput = z.infer<typeof MetaInput>;

export type MetaContext = RoleContext<MetaInput>;
