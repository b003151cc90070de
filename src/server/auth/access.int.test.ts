import { describe, expect, it } from 'vitest';
import { ana, newKey, setUpPulses } from '#test/pulse.ts';
import { appendEvent } from '../events/append-event.ts';
import { listEvents } from '../events/list-events.ts';
import type { Pulse } from '../pulse.ts';
import { identify } from './identify.ts';
import { changePerson, removePerson } from './people/change-person.ts';
import { invitePerson } from './people/invite-person.ts';
import { createToken } from './tokens/create-token.ts';
import { listTokens } from './tokens/list-tokens.ts';
import { revokeToken } from './tokens/revoke-token.ts';

const { pulses } = setUpPulses();
const here = () => pulses[0] as Pulse;

const show = (token: string, others: Record<string, string> = {}) =>
  identify(here(), new Headers({ authorization: `Bearer ${token}`, ...others }));
const readChanges = async () => (await listEvents(here(), { key: 'pulse', limit: 1_000 })).events;

async function addPerson(role: string): Promise<string> {
  const id = newKey();
  const now = new Date();
  const person = { id, name: `Person ${id}`, email: `${id}@example.test`, role, createdAt: now, updatedAt: now };
  await here().prisma.person.create({ data: person });
  return id;
}

describe('a token', () => {
  it('identifies a tool by its name and its access, and is never stored', async () => {
    const { id, token } = await createToken(here(), { name: 'CI', scopes: ['workflow:abort'] }, ana);
    expect(await show(token, { 'x-pulse-via': 'cli', cookie: 'pulse.session_token=forged' })).toEqual({
      actor: { type: 'token', id, name: 'CI', via: 'cli' },
      access: { scopes: ['workflow:abort'] },
      credential: { tokenId: id, expiresAt: null },
    });
    const told = JSON.stringify([await listTokens(here()), await readChanges()]);
    expect(told).toContain(id);
    expect(told).not.toContain(token);
    const [row] = await here().prisma.token.findMany({ where: { id } });
    expect(JSON.stringify(row)).not.toContain(token);
    expect(row?.lastUsedAt).toBeInstanceOf(Date);
  });

  it('opens nothing once it is revoked or has expired, and neither does what is none', async () => {
    const { id, token } = await createToken(here(), { name: 'CI', role: 'viewer' }, ana);
    expect(await show(token)).not.toBeNull();
    await revokeToken(here(), { id }, ana);
    await revokeToken(here(), { id }, ana);
    expect(await show(token)).toBeNull();
    const brief = await createToken(here(), { name: 'brief', role: 'viewer' }, ana);
    await here().prisma.$executeRaw`UPDATE token SET revoked_at = NULL WHERE id = ${brief.id}`;
    const past = await createToken(here(), { name: 'past', role: 'viewer', expiresAt: soon(3_000) }, ana);
    expect(await show(past.token)).not.toBeNull();
    await expect.poll(() => show(past.token), { timeout: 10_000 }).toBeNull();
    for (const none of ['', 'pulse_', `${brief.token}x`, brief.token.toUpperCase()])
      expect(await show(none)).toBeNull();
    expect(await identify(here(), new Headers({ authorization: `Basic ${brief.token}` }))).toBeNull();

    const revocations = (await readChanges()).filter(({ kind }) => kind === 'pulse.token.__revoke__');
    expect(revocations).toMatchObject([{ payload: { token: { id, name: 'CI' } }, actor: ana }]);
  });

  it.each([
    ['neither role nor scopes', {}],
    ['both', { role: 'viewer', scopes: ['workflow:read'] }],
    ['a time that is over', { role: 'viewer', expiresAt: '2020-01-01T00:00:00Z' }],
  ] as const)('is not made with %s', async (_, wish) => {
    const before = await here().prisma.token.count();
    const input = { name: 'x', ...wish } as Parameters<typeof createToken>[1];
    await expect(createToken(here(), input, ana)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(await here().prisma.token.count()).toBe(before);
  });
});

describe('people', () => {
  it('keep one admin, whoever removes or demotes whom at the same time', async () => {
    const [one, two] = [await addPerson('admin'), await addPerson('admin')];
    const outcomes = await Promise.allSettled([
      removePerson(here(), { id: one }, ana),
      changePerson(here(), { id: two, role: 'viewer' }, ana),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await here().prisma.person.count({ where: { role: 'admin' } })).toBe(1);
  });

  it('have on the trail the name that they had', async () => {
    const id = await addPerson('operator');
    const actor = { type: 'user', id, name: `Person ${id}`, via: 'web' } as const;
    const key = newKey();
    await appendEvent(here(), { key, kind: 'note.added' }, actor);
    await changePerson(here(), { id, name: 'Renamed' }, ana);
    expect((await listEvents(here(), { key, limit: 10 })).events).toMatchObject([
      { actor: { id, name: `Person ${id}` } },
    ]);
    expect((await readChanges()).at(-1)).toMatchObject({
      kind: 'pulse.person.__rename__',
      payload: { person: { id, name: 'Renamed' }, before: `Person ${id}` },
      actor: ana,
    });
  });

  it('are not invited under an address that someone has', async () => {
    const id = await addPerson('viewer');
    const input = { email: `${id}@EXAMPLE.test`, name: 'Again', role: 'viewer' } as const;
    await expect(invitePerson(here(), input, ana)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});

it('nobody but the server itself records what became of people and tokens', async () => {
  const before = await here().head();
  const forged = { key: 'pulse', kind: 'pulse.token.__revoke__', payload: { token: { id: 't', name: 't' } } };
  await expect(appendEvent(here(), forged, ana)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(appendEvent(here(), { ...forged, key: newKey() }, ana)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  expect(await here().head()).toEqual(before);
});

function soon(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}
