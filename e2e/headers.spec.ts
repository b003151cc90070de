import { expect, test } from './fixtures.ts';
import { openLive } from './support/page.ts';

test('pages keep to their policy, and run no script that is not theirs', async ({ page, startSleeping }) => {
  const { key } = await startSleeping('policy');
  const broken: string[] = [];
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) broken.push(message.text());
  });
  for (const path of ['/', `/workflows/${key}`, '/events', '/guards', '/adapters']) await openLive(page, path);
  await page.goto('/settings');
  await expect(page.getByRole('heading', { name: 'Abort policies' })).toBeVisible();
  await openLive(page, '/');
  await page.getByRole('button', { name: `Abort ${key}` }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(broken).toEqual([]);

  const refused = await page.evaluate(async () => {
    const refusal = new Promise<string>((resolve) =>
      document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
        once: true,
      }),
    );
    document.body.insertAdjacentHTML('beforeend', '<img src="/nothing.png" onerror="document.title = \'broken in\'">');
    return refusal;
  });
  expect(refused).toBe('script-src-attr');
  await expect(page).not.toHaveTitle('broken in');
});

test('answers say what a browser must keep to', async ({ pulse }) => {
  for (const path of ['/', '/api/health', '/api/trpc/definition.list', '/sign-in']) {
    const { headers } = await pulse.fetch(path);
    expect(headers.get('content-security-policy'), path).toMatch(/script-src 'self' 'nonce-.+' 'strict-dynamic';/);
    expect(headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options'), path).toBe('nosniff');
    expect(headers.get('x-frame-options'), path).toBe('DENY');
    expect(headers.get('strict-transport-security'), path).toBeNull(); // Not reached over TLS.
  }
});
