import { expect, test } from './fixtures.ts';
import { expectAccessible, expectConnection, openLive, watchForReload } from './support/page.ts';

test.use({ locale: 'zh-CN' });

test('a browser in Chinese is answered in Chinese, and a language that is chosen stays', async ({ page }) => {
  await page.goto('/');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  await expect(page.getByRole('status', { name: '连接：实时' })).toBeVisible();
  await expectAccessible(page);
  const expectNoReload = await watchForReload(page);

  await page.getByRole('button', { name: 'English' }).click();
  await expectConnection(page, 'Live');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expectNoReload();

  await openLive(page, '/events');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');

  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole('button', { name: 'Theme and language' }).click();
  await expectAccessible(page);
  await page.getByRole('button', { name: '简体中文' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
});
