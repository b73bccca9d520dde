import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from 'vitest';
import { status, useBrowser, visit } from './page';

useBrowser();

test('the whole job by keyboard alone', async () => {
  const { page, close } = await visit({ settled: true, quick: true });
  const active = () => page.evaluate(() => document.activeElement?.id);
  await page.keyboard.press('j');
  expect(await active()).toBe('cell-model');
  await page.keyboard.press('ArrowDown');
  expect(await active()).toBe('cell-training');
  await page.keyboard.press('k');
  await page.keyboard.press('j');
  // Shift-Enter runs the cell and moves on.
  await page.keyboard.press('Shift+Enter');
  await status(page, 'training', 'running');
  expect(await active()).toBe('cell-evaluation');
  await status(page, 'training', 'done');
  await status(page, 'evaluation', 'stale');
  await page.keyboard.press('Control+Enter');
  await status(page, 'evaluation', 'done');
  expect(await active()).toBe('cell-evaluation');
  // Into the predictions, to the search box, and back out.
  await page.keyboard.press('j');
  expect(await active()).toBe('cell-runs');
  await page.keyboard.press('j');
  expect(await active()).toBe('cell-predictions');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Run Missing tags');
  const box = page.getByRole('combobox', { name: 'Find icons' });
  for (let i = 0; i < 6 && !(await box.evaluate((node) => node === document.activeElement)); i++)
    await page.keyboard.press('Tab');
  await page.keyboard.type('cat jk');
  // Letters typed here are text, not commands.
  expect(await box.inputValue()).toBe('cat jk');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.getByRole('option', { name: /^cat/ }).first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('[data-entity=cat] h3').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  expect(await active()).toBe('cell-predictions');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' });
  await close();
});

test.each(['light', 'dark'] as const)('axe finds nothing serious, %s', async (colorScheme) => {
  const { page, close } = await visit({ settled: true, quick: true, colorScheme });
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)).toEqual(
    [],
  );
  await close();
});

test('a phone shows the page without sideways scrolling', async () => {
  const { page, close } = await visit({ settled: true, quick: true, viewport: { width: 390, height: 844 } });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await close();
});

test('a work named in the table of the first rows can be picked there', async () => {
  const { page, close } = await visit({ settled: true, quick: true });
  await page.getByText('First 20 icons').click();
  await page.getByRole('button', { name: 'abacus', exact: true }).click();
  await page.locator('[data-entity=abacus] h3').waitFor();
  await close();
});
