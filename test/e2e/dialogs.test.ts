import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { status, useBrowser, type Visit, visit } from './page';

useBrowser();

/** Whether the focus is inside of the dialog of this name. */
function focusIsIn(page: Page, name: string): Promise<boolean> {
  return page.getByRole('dialog', { name }).evaluate((dialog) => dialog.contains(document.activeElement));
}

describe('dialogs by keyboard', () => {
  let here: Visit;
  beforeAll(async () => {
    here = await visit({ quick: true, settled: true });
  });
  afterAll(() => here.close());

  test.each([
    ['Open an example notebook', 'Examples'],
    ['Device', 'WASM'],
    ['Help', 'Help'],
  ])('%s: the focus goes in, stays in, and comes back', async (name, button) => {
    const { page } = here;
    const opener = page.getByRole('button', { name: button });
    await opener.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name }).waitFor();
    expect(await focusIsIn(page, name)).toBe(true);
    const outside = await page.evaluate(async () => {
      const dialog = document.querySelector('dialog[open]');
      return [...document.querySelectorAll<HTMLElement>('main button, header a')].filter((element) => {
        element.focus();
        return document.activeElement === element && !dialog?.contains(element);
      }).length;
    });
    expect(outside).toBe(0);
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab');
      // Between the last control and the first the browser has the focus itself.
      expect(await page.evaluate(() => document.activeElement?.closest('main'))).toBeNull();
    }
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name }).waitFor({ state: 'hidden' });
    expect(await opener.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  test('a press beside a dialog closes it, one inside does not', async () => {
    const { page } = here;
    await page.getByRole('button', { name: 'WASM' }).click();
    const dialog = page.getByRole('dialog', { name: 'Device' });
    await dialog.getByText('Train on').click();
    expect(await dialog.isVisible()).toBe(true);
    await page.mouse.click(40, 400);
    await dialog.waitFor({ state: 'hidden' });
  });

  test('the help says what the page does, what can be dropped and where it stays, before its keys', async () => {
    const { page } = here;
    await page.keyboard.press('?');
    const headings = page.getByRole('dialog', { name: 'Help' }).getByRole('heading');
    await headings.last().waitFor();
    expect(await headings.allInnerTexts()).toEqual(['Help', 'What this page does', 'Your own data', 'Privacy', 'Keys']);
    await page.getByRole('button', { name: 'Close' }).click();
  });
});

test('a screen reader is told what cells are at and how they ended', async () => {
  const { page, close } = await visit({ quick: true, settled: true });
  const log = page.getByRole('log');
  expect(await log.innerText()).toContain('done');
  await page.locator('[data-cell=training] [data-run]').click();
  await log.getByText('Training: running').last().waitFor();
  await status(page, 'training', 'done');
  await log
    .getByText(/^Training: done in [\d.]+ s$/)
    .last()
    .waitFor();
  // A batch that memory has no room for.
  await page.evaluate(() => window.cofactor.train({ preset: 'dot-bias' }).catch(() => undefined));
  await log
    .getByText(/^Training failed: /)
    .last()
    .waitFor();
  await close();
});
