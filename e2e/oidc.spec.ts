import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { startIdentityProvider } from './support/identity-provider.ts';
import { startPulse } from './support/start-pulse.ts';

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Goes through the provider's own pages as someone. */
async function signInAs(page: Page, url: string, name: string): Promise<void> {
  await page.goto(`${url}/adapters`);
  await page.getByRole('button', { name: 'Continue with Acme' }).click();
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('whatever');
  await page.getByRole('button', { name: /sign-in/i }).click();
  await page.getByRole('button', { name: /continue/i }).click();
}

test('someone signs in through a provider, with the role that it tells', async ({ browser, home }) => {
  test.setTimeout(120_000);
  const port = await findFreePort();
  const groups: Record<string, string[]> = { olga: ['staff', 'acme-ops'], nora: ['staff'] };
  const provider = await startIdentityProvider(`http://127.0.0.1:${port}`, groups);
  const pulse = await startPulse({ home, port, args: ['--no-adapter'], env: provider.env });
  const newPage = async () => (await browser.newContext({ storageState: { cookies: [], origins: [] } })).newPage();

  const olga = await newPage();
  await signInAs(olga, pulse.url, 'olga');
  await expect(olga).toHaveURL(`${pulse.url}/adapters`);
  await expect(olga.getByText('operator').first()).toBeVisible();

  const nora = await newPage();
  await signInAs(nora, pulse.url, 'nora');
  await expect(nora.getByText('You have no access')).toBeVisible();
  expect((await pulse.client.person.list.query()).map(({ name, role }) => [name, role])).toEqual([
    ['olga', 'operator'],
  ]);

  groups.olga = ['acme-leads'];
  const again = await newPage();
  await signInAs(again, pulse.url, 'olga');
  await expect(again.getByText('admin').first()).toBeVisible();

  const { events } = await pulse.client.event.list.query({ key: 'pulse', kind: 'pulse.person.*' });
  expect(events.map(({ kind, payload }) => [kind, payload])).toMatchObject([
    ['pulse.person.__join__', { person: { name: 'olga' }, role: 'operator', how: 'provider' }],
    ['pulse.person.__sign_in__', { how: 'provider' }],
    ['pulse.person.__role__', { person: { name: 'olga' }, before: 'operator', role: 'admin' }],
    ['pulse.person.__sign_in__', { how: 'provider' }],
  ]);
  for (const page of [olga, nora, again]) await page.close();
  await pulse.stop();
  await provider.stop();
});
