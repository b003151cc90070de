import type { AnyTRPCProcedure } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import { type Access, allows, type Scope, scopes } from '#domain/access.ts';
import type { Pulse } from '../pulse.ts';
import type { Rule } from './init.ts';
import { appRouter, createCaller } from './router.ts';

const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>);

/** Calls a procedure with a log that can't be touched. */
async function call(path: string, access: Access | null, input: unknown = {}): Promise<unknown> {
  const pulse = new Proxy({} as Pulse, {
    get: (_, name) => {
      throw new Error(`touched pulse.${String(name)}`);
    },
  });
  const actor = { type: 'token', id: 't', name: 'A tool', via: 'api' } as const;
  const caller = createCaller({ pulse, identity: access && { actor, access }, askedAtMs: Date.now() });
  return (caller as unknown as Record<string, (input: unknown) => Promise<unknown>>)
    [path]?.(input)
    .catch((error) => error);
}

describe.each(procedures)('%s', (path, { _def }) => {
  const { scope } = (_def.meta ?? {}) as Partial<Rule>;

  it('has a rule', () => {
    expect(Object.keys(scopes)).toContain(scope);
  });

  it('lets nobody in who is not signed in', async () => {
    for (const input of [{}, null, 'x', { key: 'k', kind: 'a.b' }])
      expect(await call(path, null, input)).toMatchObject({
        code: 'UNAUTHORIZED',
        cause: { code: 'UNAUTHENTICATED', details: {} },
      });
  });

  it('lets nobody in who may do anything else', async () => {
    const lesser: Access[] = [
      { scopes: Object.keys(scopes).filter((other) => other !== scope) },
      ...(['viewer', 'operator'] as const)
        .map((role) => ({ role }))
        .filter((access) => !allows(access, { scope: scope as Scope })),
    ];
    for (const access of lesser)
      expect(await call(path, access), JSON.stringify(access)).toMatchObject({
        code: 'FORBIDDEN',
        cause: { code: 'FORBIDDEN', details: { needs: { scope, role: scopes[scope as Scope] } } },
      });
  });
});

describe('event.append', () => {
  const append = (access: Access, input: object) => call('event.append', access, input);

  it('takes the kinds that a token names', async () => {
    const access = { scopes: ['event:append:meta.*'] };
    expect(await append(access, { key: 'k', kind: 'meta.note' })).toMatchObject({ message: 'touched pulse.append' });
    for (const kind of ['meta.__abort__', 'pipeline.note', ['meta.note'], undefined])
      expect(await append(access, { key: 'k', kind }), String(kind)).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('changes the log itself for admins only', async () => {
    const change = { key: 'pulse', kind: 'pulse.guard.__disable__', payload: { name: 'no-friday' } };
    for (const access of [{ role: 'operator' } as const, { scopes: ['event:append', 'guard:write'] }])
      expect(await append(access, change)).toMatchObject({
        code: 'FORBIDDEN',
        cause: { details: { needs: { role: 'admin' } } },
      });
    expect(await append({ role: 'admin' }, change)).toMatchObject({ message: 'touched pulse.append' });
  });
});
