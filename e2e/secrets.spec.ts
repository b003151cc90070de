import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { readPostmasterPid } from './support/home.ts';
import { password } from './support/sign-in.ts';
import { startPulse } from './support/start-pulse.ts';

const mistyped = 'correct-horse-mistyped';

test('no secret is printed, stored in the log or told in an error, whatever goes wrong', async ({ home }) => {
  const pulse = await startPulse({ home });
  const ada = await pulse.signIn();
  const revoked = await pulse.client.token.create.mutate({ name: 'revoked', role: 'admin' });
  await pulse.client.token.revoke.mutate({ id: revoked.id });
  const unknown = `${revoked.token.slice(0, -6)}aaaaaa`;
  const session = ada.cookie.split('=')[1] as string;
  const files = await Promise.all(
    ['admin-token', 'secret', join('postgres', 'password')].map((name) => readFile(join(home, name), 'utf8')),
  );
  const secrets = [...files.map((text) => text.trim()), password, mistyped, revoked.token, unknown, session];
  const answers: string[] = [];

  async function ask(path: string, headers: Record<string, string>, body?: string): Promise<void> {
    const post = body !== undefined && { method: 'POST', body };
    const sent = { 'content-type': 'application/json', origin: pulse.url, ...headers };
    const response = await fetch(pulse.url + path, { headers: sent, ...post }).catch(() => undefined);
    answers.push(`${path}: ${response?.status} ${await response?.text()}`);
  }

  async function askAll(): Promise<void> {
    const signIn = { email: ada.email, password: mistyped };
    await ask('/api/auth/sign-in/email', {}, JSON.stringify(signIn));
    await ask('/api/auth/sign-in/email', {}, JSON.stringify(signIn).slice(0, -1));
    await ask('/api/auth/link/accept', {}, JSON.stringify({ link: unknown, password }));
    for (const token of [revoked.token, unknown])
      await ask('/api/trpc/session.get', { authorization: `Bearer ${token}` });
    await ask('/api/trpc/session.get', { cookie: `${ada.cookie}x` });
    await ask(
      '/api/trpc/session.changePassword',
      { cookie: ada.cookie },
      JSON.stringify({ current: mistyped, next: 'x' }),
    );
    await ask('/api/trpc/workflow.start', { authorization: `Bearer ${pulse.token}` }, '{"name":"no such"}');
    await ask('/api/events?after=nowhere', { authorization: `Bearer ${pulse.token}` });
    await ask('/settings', { cookie: ada.cookie });
  }

  await askAll();
  process.kill(await readPostmasterPid(home), 'SIGKILL');
  await askAll();
  await expect.poll(async () => (await fetch(`${pulse.url}/api/ready`)).status, { timeout: 30_000 }).toBe(200);
  const stored = JSON.stringify(await pulse.client.event.list.query({ limit: 500 }));
  await pulse.stop();
  const { stdout, stderr } = await pulse.command.ended;

  expect(answers).toHaveLength(20);
  expect(stored).toContain('pulse.person.__sign_in_failed__');
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(10);
    for (const told of [...answers, stored, stdout, stderr]) expect(told).not.toContain(secret);
  }
});
