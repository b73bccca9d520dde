import { expect, test } from 'vitest';
import { useBrowser, visit } from './page';

useBrowser();

test('Enter takes the first hit, hits tell their numbers of pairs, and a typing error finds', async () => {
  const { page, close } = await visit({ quick: true, settled: true });
  const box = page.getByRole('combobox', { name: 'Find icons' });
  await box.fill('hearrt');
  const first = page.getByRole('option').first();
  await first.waitFor();
  expect(await first.innerText()).toMatch(/^heart\s+\d+ tags$/);
  await page.keyboard.press('Enter');
  await page.locator('[data-entity=heart] h3').waitFor();
  expect(await box.inputValue()).toBe('');
  // Enter may come before the hits do.
  await box.fill('abacus');
  await page.keyboard.press('Enter');
  await page.locator('[data-entity=abacus] h3').waitFor();
  // A hit that is marked is the one that is taken.
  await box.fill('cat');
  await first.waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const second = await page.getByRole('option').nth(1).locator('span').innerText();
  await page.keyboard.press('Enter');
  await page.locator('article h3', { hasText: second }).waitFor();
  await close();
});
