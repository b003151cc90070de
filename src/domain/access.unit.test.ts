import { describe, expect, it } from 'vitest';
import { type Access, allows, GrantedScope, type Need, Role, type Scope, scopes } from './access.ts';

const allNeeds = Object.keys(scopes).map((scope): Need => ({ scope: scope as Scope }));
const allowedTo = (access: Access) => allNeeds.filter((need) => allows(access, need)).map(({ scope }) => scope);

describe('a role', () => {
  it('may do what its own scopes and those of lesser roles name', () => {
    for (const role of Role.options) {
      const expected = Object.entries(scopes).filter(
        ([, needed]) => Role.options.indexOf(needed) <= Role.options.indexOf(role),
      );
      expect(allowedTo({ role }), role).toEqual(expected.map(([scope]) => scope));
    }
  });

  it('is what counts where a call needs more than its scope does', () => {
    expect(allows({ role: 'operator' }, { scope: 'event:append', role: 'admin' })).toBe(false);
    expect(allows({ role: 'admin' }, { scope: 'event:append', role: 'admin' })).toBe(true);
    expect(allows({ scopes: ['event:append'] }, { scope: 'event:append', role: 'admin' })).toBe(false);
  });
});

describe('scopes', () => {
  it('allow what they name and nothing else', () => {
    expect(allowedTo({ scopes: ['workflow:abort'] })).toEqual(['workflow:abort']);
    expect(allowedTo({ scopes: [] })).toEqual([]);
    expect(allowedTo({ scopes: ['workflow', 'workflow:*', '*', 'toString'] })).toEqual([]);
  });

  it.each([
    ['event:append', 'meta.note', true],
    ['event:append', 'meta.__abort__', true],
    ['event:append:meta.*', 'meta.note', true],
    ['event:append:meta.*', 'meta.note.more', false],
    ['event:append:meta.*', 'other.note', false],
    ['event:append:meta.*', 'meta.__abort__', false],
    ['event:append:*.*.*', 'meta.gate.__open__', false],
    ['event:append:*.__abort__', 'meta.__abort__', true],
  ])('%s to append %s: %s', (scope, kind, expected) => {
    expect(allows({ scopes: [scope] }, { scope: 'event:append', kind })).toBe(expected);
  });

  it('are refused when they name nothing that there is', () => {
    for (const good of ['workflow:abort', 'event:append', 'event:append:meta.*'])
      expect(GrantedScope.safeParse(good).success, good).toBe(true);
    for (const bad of [
      '',
      'abort',
      'token:write',
      'person:read',
      'workflow:*',
      'event:append:',
      'event:append:meta',
      'toString',
      'workflow:abort ',
    ])
      expect(GrantedScope.safeParse(bad).success, bad).toBe(false);
  });
});
