import type { Browser, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { expectAccessible, openLive, rowOf } from './support/page.ts';
import { password } from './support/sign-in.ts';
import { startPulse } from './support/start-pulse.ts';
import { makeSleeper, newKey, startSleeper } from './support/workflows.ts';

/** A page of somebody who has not signed in. */
async function openStranger(browser: Browser, baseURL: string): Promise<Page> {
  return (await browser.newContext({ baseURL, storageState: { cookies: [], origins: [] } })).newPage();
}

test('from the first start to an abort that a viewer reads', async ({ browser, home }) => {
  test.setTimeout(180_000); // Three people, each with a browser, and a Pulse of their own.
  const pulse = await startPulse({ home });
  const [, setUp = ''] = await pulse.command.waitForOutput(/^Set up Pulse.*: (http\S+)$/m);

  const admin = await openStranger(browser, pulse.url);
  await admin.goto('/guards');
  await expect(admin.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await expectAccessible(admin);
  await admin.goto(setUp);
  await admin.getByLabel('Name').fill('Ana');
  await admin.getByLabel('Email address').fill('ana@example.test');
  await admin.getByLabel('Password').fill(password);
  await expectAccessible(admin);
  await admin.getByRole('button', { name: 'Set up' }).click();
  await expect(admin.getByRole('heading', { name: 'Workflows' })).toBeVisible();

  await admin.goto('/settings');
  const invite = async (name: string, role: string) => {
    await admin.getByRole('textbox', { name: 'Name' }).first().fill(name);
    await admin.getByRole('textbox', { name: 'Email address' }).fill(`${name.toLowerCase()}@example.test`);
    await admin.getByLabel('Role', { exact: true }).first().selectOption(role);
    const made = admin.waitForResponse((response) => response.url().includes('person.invite'));
    await admin.getByRole('button', { name: 'Make a link' }).click();
    const link = admin.getByRole('status', { name: 'Invitation link' });
    const { path } = (await (await made).json()).result.data;
    await expect(link).toHaveText(`${pulse.url}${path}`);
    return link.innerText();
  };
  const join = async (link: string) => {
    const page = await openStranger(browser, pulse.url);
    await page.goto(link);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Join' }).click();
    await expect(page.getByRole('heading', { name: 'Workflows' })).toBeVisible();
    return page;
  };
  const operator = await join(await invite('Ben', 'operator'));
  const viewer = await join(await invite('Vic', 'viewer'));
  await expectAccessible(admin);

  const sleeper = makeSleeper('watched');
  await startSleeper(pulse.client, sleeper);
  await openLive(viewer, '/');
  await expect(rowOf(viewer, sleeper.key)).toBeVisible();
  await expect(viewer.getByRole('button', { name: /Abort/ })).toHaveCount(0);
  await viewer.goto(`/workflows/${sleeper.key}`);
  await expect(viewer.getByText('an operator can abort it')).toBeVisible();
  await expect(viewer.getByRole('button', { name: /Abort/ })).toHaveCount(0);

  await openLive(operator, `/workflows/${sleeper.key}`);
  await operator.getByRole('button', { name: 'Abort' }).click();
  await operator.getByLabel(/^Reason/).fill('wrong repository');
  await operator.getByRole('button', { name: 'Abort workflow' }).click();
  await sleeper.expectRunning(false);

  const abort = viewer.getByRole('region', { name: 'Abort' });
  await expect(abort).toContainText('Ben');
  await expect(abort).toContainText('wrong repository');
  const { abortedBy } = await pulse.client.workflow.get.query({ key: sleeper.key });
  expect(abortedBy).toMatchObject({ type: 'user', name: 'Ben', via: 'web' });
  for (const page of [admin, operator, viewer]) await page.close();
  await pulse.stop();
});

test('a person is removed and a token revoked only once that is confirmed', async ({ page, pulse }) => {
  const { email } = await pulse.signIn('Rex', 'viewer');
  const isKnown = async () => (await pulse.client.person.list.query()).some((person) => person.email === email);
  await page.goto('/settings');
  const remove = page.getByRole('button', { name: 'Remove Rex' });
  await remove.click();
  const removal = page.getByRole('dialog', { name: 'Remove Rex?' });
  await expect(removal).toContainText('signed out at once');
  await expectAccessible(page);
  await removal.getByRole('button', { name: 'Cancel' }).click();
  await expect(removal).toBeHidden();
  expect(await isKnown()).toBe(true);
  await remove.click();
  await removal.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(removal).toBeHidden();
  await expect(remove).toHaveCount(0);
  expect(await isKnown()).toBe(false);

  const { token } = await pulse.client.token.create.mutate({ name: 'nightly', role: 'viewer' });
  const ask = () => fetch(`${pulse.url}/api/trpc/workflow.list`, { headers: { authorization: `Bearer ${token}` } });
  await page.reload();
  const revoke = page.getByRole('button', { name: 'Revoke nightly' });
  await revoke.click();
  const revocation = page.getByRole('dialog', { name: 'Revoke nightly?' });
  await revocation.getByRole('button', { name: 'Cancel' }).click();
  await expect(revocation).toBeHidden();
  expect((await ask()).status).toBe(200);
  await revoke.click();
  await revocation.press('ControlOrMeta+Enter');
  await expect(revocation).toBeHidden();
  await expect(revoke).toHaveCount(0);
  expect((await ask()).status).toBe(401);
});

test('a session that is ended elsewhere is over at once, on pages that are open too', async ({ browser, pulse }) => {
  const { cookies, cookie } = await pulse.signIn('Eve', 'viewer');
  const context = await browser.newContext({ baseURL: pulse.url, storageState: { cookies: [], origins: [] } });
  await context.addCookies(cookies);
  const page = await context.newPage();
  await openLive(page, '/events');

  const signOut = { method: 'POST', headers: { cookie, origin: pulse.url, 'content-type': 'application/json' } };
  const response = await fetch(`${pulse.url}/api/trpc/session.signOut`, { ...signOut, body: '{"everywhere":true}' });

  expect(response.status).toBe(200);
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await page.close();
});

test('a page of another site can not write with the cookie of who is signed in', async ({ pulse, ada }) => {
  const key = newKey('forged');
  const append = (headers: Record<string, string>) =>
    fetch(`${pulse.url}/api/trpc/event.append`, {
      method: 'POST',
      headers: { cookie: ada.cookie, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ key, kind: 'note.added' }),
    });
  for (const headers of [
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    {}, // What no browser sends.
  ] as Record<string, string>[])
    expect((await append(headers)).status, JSON.stringify(headers)).toBe(403);
  expect((await pulse.client.event.list.query({ key })).events).toEqual([]);

  expect((await append({ origin: pulse.url })).status).toBe(200);
  expect((await pulse.client.event.list.query({ key })).events).toMatchObject([
    { actor: { type: 'user', name: 'Ada' } },
  ]);
});

test('guessing a password ends in having to wait, and is on the log without what was typed', async ({ pulse }) => {
  const { email } = await pulse.signIn('Gus', 'viewer');
  const { asOf } = await pulse.client.workflow.list.query({ limit: 1 });
  const attempt = (guess: string) =>
    fetch(`${pulse.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: guess }),
    });
  let response = await attempt('guess-0');
  expect(response.status).toBe(401);
  for (let guess = 1; guess < 15 && response.status === 401; guess += 1) response = await attempt(`guess-${guess}`);
  expect(response.status).toBe(429);
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);

  const { events } = await pulse.client.event.list.query({ after: asOf, key: 'pulse', kind: 'pulse.person.*' });
  const failed = events.filter(({ kind }) => kind === 'pulse.person.__sign_in_failed__');
  expect(failed[0]).toMatchObject({ payload: { person: { name: 'Gus' }, how: 'password' } });
  expect(JSON.stringify(events)).not.toMatch(/guess-|@example/);
});
