import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isDead, makeMark, ownerOf, readOwner } from './owner.ts';
import { hasProcessTable, readStartTicks } from './process-table.ts';

const [namespace, pid, startTicks] = readOwner().split('.') as [string, string, string];

describe('an owner', () => {
  it('is told by the marks that it makes', () => {
    expect(ownerOf(makeMark())).toBe(readOwner());
    expect(makeMark()).not.toBe(makeMark());
  });

  it('is not dead while it lives', () => {
    expect(isDead(readOwner())).toBe(false);
  });

  it('is dead when it has ended', async () => {
    const child = spawn('sleep', ['600']);
    const owner = `${namespace}.${child.pid}.${readStartTicks(child.pid as number)}`;
    expect(isDead(owner)).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isDead(owner)).toBe(true);
  });

  it.runIf(hasProcessTable)('is dead when somebody else has its pid', () => {
    expect(isDead(`${namespace}.${pid}.${Number(startTicks) - 1}`)).toBe(true);
  });

  it('may be alive when it is from another pid namespace, or no owner at all', () => {
    expect(isDead(`${Number(namespace) + 1}.999999999.1`)).toBe(false);
    expect(isDead('somebody')).toBe(false);
    expect(isDead('')).toBe(false);
  });
});
