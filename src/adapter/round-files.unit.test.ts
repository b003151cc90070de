import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readOwner } from './processes/owner.ts';
import { hasProcessTable, readStartTicks } from './processes/process-table.ts';
import { createRoundFiles, removeOrphanedFiles } from './round-files.ts';

it.runIf(hasProcessTable)(
  'are removed when the process they were made for was killed, and kept while it lives',
  async () => {
    const mine = await createRoundFiles({ private: true });
    const child = spawn('sleep', ['600']);
    const [namespace] = readOwner().split('.');
    const pid = child.pid as number;
    const theirs = await mkdtemp(join(tmpdir(), `pulse-round-${namespace}.${pid}.${readStartTicks(pid)}-`));

    await removeOrphanedFiles();
    await access(theirs);

    child.kill('SIGKILL');
    await once(child, 'exit');
    await removeOrphanedFiles();
    await expect(access(theirs)).rejects.toThrow('ENOENT');
    await access(mine.inputPath);
    await mine.remove();
  },
);
