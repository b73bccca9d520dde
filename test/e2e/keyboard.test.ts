import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
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
  await page.getByRole('dialog', { name: 'Help' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Help' }).waitFor({ state: 'hidden' });
  await close();
});

/** What axe finds, whatever it makes of it, with what it says of each element. */
async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ html, any, all }) => {
      const said = [...any, ...all].map(({ message }) => message).join('; ');
      return `${impact} ${id}: ${html.slice(0, 160)} (${said.slice(0, 160)})`;
    }),
  );
}

test('axe finds nothing on the filled page, light and dark, large and small', async () => {
  const { page, close } = await visit({ settled: true, quick: true });
  const inBothColours = async () => {
    const found: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-theme=${colorScheme}]`).waitFor({ state: 'attached' });
      found.push(...(await violations(page)));
    }
    return found;
  };
  await status(page, 'components', 'done');
  // What is folded is opened, and what waits for being seen is drawn.
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
  for (const cell of await page.locator('[data-cell]').all()) {
    await cell.scrollIntoViewIfNeeded();
    await page.waitForTimeout(200);
  }
  expect(await inBothColours()).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  // Stale cells, and a number that cannot be used.
  const model = page.locator('[data-cell=model]');
  await model.getByLabel('Epochs').fill('2');
  await model.getByLabel('Embedding size').fill('-5');
  await status(page, 'evaluation', 'stale');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Help' }).click();
  expect(await violations(page)).toEqual([]);
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

test.each([
  ['reduce', false],
  ['no-preference', true],
] as const)('with motion “%s” a map is shown while its layout moves: %s', async (reducedMotion, moves) => {
  const { page, close } = await visit({
    quick: true,
    prepare: async (fresh) => {
      await fresh.emulateMedia({ reducedMotion });
      await fresh.addInitScript(() => {
        Object.assign(window, { sawMotion: false });
        new MutationObserver(() => {
          if (document.querySelector('[data-settled=false]')) Object.assign(window, { sawMotion: true });
        }).observe(document, { subtree: true, childList: true, attributes: true });
      });
    },
  });
  await status(page, 'map', 'done');
  expect(await page.evaluate(() => (window as unknown as { sawMotion: boolean }).sawMotion)).toBe(moves);
  await page.locator('[data-settled=true]').waitFor();
  await close();
});
