import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { branchOf, worktreeNameOf } from './names.ts';

describe('the names that follow from a key', () => {
  it('keeps a key that is safe as it is', () => {
    expect(branchOf('fix-68')).toBe('pulse/fix-68');
  });

  it('tells apart keys that look alike once made safe', () => {
    const keys = ['a b', 'a-b', 'A-b', 'a/b', '-a-b', '日本', '中国', 'x'.repeat(61), 'x'.repeat(62)];
    expect(new Set(keys.map(branchOf)).size).toBe(keys.length);
    expect(new Set(keys.map(worktreeNameOf)).size).toBe(keys.length);
  });

  it('is a branch that git takes and one plain directory name, for any key', () => {
    const key = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
      fc.constantFrom('..', '/', '-', '@{', 'a.lock'),
    );
    fc.assert(
      fc.property(key, (value) => {
        expect(worktreeNameOf(value)).toMatch(/^[a-z0-9_][a-z0-9_-]*$/);
        expect(branchOf(value)).toMatch(/^pulse\/[a-z0-9_][a-z0-9_-]*$/);
      }),
    );
    for (const value of fc.sample(key, 10)) {
      expect(() => execFileSync('git', ['check-ref-format', `refs/heads/${branchOf(value)}`])).not.toThrow();
    }
  });
});
