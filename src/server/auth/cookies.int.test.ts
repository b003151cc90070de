import { afterAll, beforeAll, expect, it } from 'vitest';
import { setUpPulses } from '#test/pulse.ts';
import { runSql } from '#test/sql.ts';
import type { Pulse } from '../pulse.ts';
import { makeSetUpLink } from './first-run.ts';
import { identify } from './identify.ts';
import { answerAuth, getPeopleAuth } from './people-auth.ts';

const [ones, others, publics] = [setUpPulses(), setUpPulses(), setUpPulses()];
const one = () => ones.pulses[0] as Pulse;
const other = () => others.pulses[0] as Pulse;
beforeAll(async () => {
  process.env.PULSE_SECRET = 'x'.repeat(32);
  // Databases of tests are copies of one, with its log's id.
  await runSql(others.ownerUrl(), "UPDATE log_head SET log_id = 'another'");
});
afterAll(() => {
  delete process.env.PULSE_SECRET;
});

/** A browser's cookies of one host, whatever the port. */
const jar = new Map<string, string>();
const headers = () => new Headers({ cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') });

async function join(pulse: Pulse, name: string): Promise<string[]> {
  const link = (await makeSetUpLink(pulse))?.split('#')[1];
  const request = new Request('http://127.0.0.1:3000/api/auth/link/accept', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ link, name, email: 'a@example.test', password: 'correct horse battery' }),
  });
  const answer = await answerAuth(await getPeopleAuth(pulse), request);
  const cookies = answer.headers.getSetCookie();
  for (const cookie of cookies) {
    const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    jar.set(key, value);
  }
  return cookies;
}

it('signing in to one Pulse signs nobody out of another one on the same host', async () => {
  await join(one(), 'Ana');
  await join(other(), 'Ben');
  expect(await identify(one(), headers())).toMatchObject({ actor: { name: 'Ana' } });
  expect(await identify(other(), headers())).toMatchObject({ actor: { name: 'Ben' } });
});

it('its cookie is for the server alone, not for other sites, and behind TLS for TLS alone', async () => {
  process.env.PUBLIC_URL = 'https://pulse.example';
  try {
    const [cookie] = await join(publics.pulses[0] as Pulse, 'Cem');
    expect(cookie).toMatch(/^__Secure-pulse-/);
    expect(cookie?.split('; ')).toEqual(expect.arrayContaining(['Secure', 'HttpOnly', 'SameSite=Lax']));
  } finally {
    delete process.env.PUBLIC_URL;
  }
});
