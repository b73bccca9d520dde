import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { drop, fact, status, useBrowser, visit } from './page';

useBrowser();

const ROWS = Array.from({ length: 200 }, (_, i) => `reader ${i % 50},book ${(i * 7) % 20}`);
const PAIRS = { name: 'loans.csv', bytes: ['reader,book', ...ROWS].join('\n') };
const KEY = 'cofactor.notebook';

/** Drops a file and trains on it by hand, as if nothing were wrong with the browser. */
async function dropAndTrain(page: Page): Promise<void> {
  await drop(page, [PAIRS]);
  await page.locator('[data-fact=rows]', { hasText: '50' }).waitFor();
  const trained = await page.evaluate(() => window.cofactor.train({ preset: 'cofactor-default', epochs: 2 }));
  expect(trained).toMatchObject({ ended: 'done', epochs: 2 });
  await page.getByRole('button', { name: /^Colours/ }).click();
}

function notices(page: Page) {
  return page.getByRole('region', { name: 'Messages' }).locator('p');
}

describe('a browser that keeps nothing', () => {
  test('forbidden: the page works, and says it once', async () => {
    const { page, errors, close } = await visit({
      quick: true,
      prepare: (page) =>
        page.addInitScript(() => {
          const denied = () => {
            throw new DOMException('Access is denied for this document.', 'SecurityError');
          };
          for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches'])
            Object.defineProperty(window, name, { get: denied });
        }),
    });
    await dropAndTrain(page);
    expect(await notices(page).allTextContents()).toEqual([
      'This browser lets the page keep nothing. Settings and files are gone when you close or reload this page; everything else works.',
    ]);
    expect(await page.evaluate(() => window.cofactor.storage())).toEqual({ documents: [], cache: [], allowed: false });
    expect(errors).toEqual([]);
    await close();
  });

  test('full, with a database that never answers: the page works, and says it once', async () => {
    const { page, errors, close } = await visit({
      quick: true,
      prepare: (page) =>
        page.addInitScript(() => {
          Storage.prototype.setItem = () => {
            throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
          };
          indexedDB.open = () => new EventTarget() as IDBOpenDBRequest;
        }),
    });
    await dropAndTrain(page);
    await expect
      .poll(() => notices(page).allTextContents(), { timeout: 10_000 })
      .toEqual([expect.stringMatching(/everything else works\.$/)]);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    expect(await notices(page).count()).toBe(0);
    expect(errors).toEqual([]);
    await close();
  });
});

describe('settings from another version', () => {
  test('are set aside, said, and given as a file', async () => {
    const later = JSON.stringify({ version: 2, cells: [] });
    const { page, errors, close } = await visit({
      quick: true,
      prepare: (page) =>
        page.addInitScript(
          ([key, text]) => {
            if (sessionStorage.getItem('prepared')) return;
            sessionStorage.setItem('prepared', 'yes');
            localStorage.setItem(key, text);
          },
          [KEY, later],
        ),
    });
    await notices(page).filter({ hasText: 'version 2 of the notebook' }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as a file' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('cofactor-notebook-version-2.json');
    expect(await readFile(await download.path(), 'utf8')).toBe(later);
    await page.getByRole('button', { name: /^Colours/ }).click();
    // Both are there at the next visit.
    await page.reload();
    await notices(page).filter({ hasText: 'version 2 of the notebook' }).waitFor();
    const { documents, allowed } = await page.evaluate(() => window.cofactor.storage());
    expect(documents.map(({ version }) => version)).toEqual([1, 2]);
    expect(allowed).toBe(true);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.reload();
    await page.waitForFunction(() => Boolean(window.cofactor));
    expect(await notices(page).count()).toBe(0);
    expect(errors).toEqual([]);
    await close();
  });

  test('a preset or an option that is gone leaves the model cell alive', async () => {
    const { page, errors, close } = await visit({
      quick: true,
      prepare: (page) =>
        page.addInitScript(
          ([key]) => {
            const model = { preset: 'cofactor-default', options: { dimensions: 8, epochs: 2, gone: 4 } };
            localStorage.setItem(key, JSON.stringify({ version: 1, model }));
          },
          [KEY],
        ),
    });
    await notices(page).filter({ hasText: 'left out: the option “gone”' }).waitFor();
    await status(page, 'training', 'done');
    expect(await page.locator('[data-cell=model]').getByRole('alert').count()).toBe(0);
    expect(errors).toEqual([]);
    await close();
  });
});

test('the moments that the page marks, and what it keeps', async () => {
  const { page, close } = await visit({ quick: true });
  const marks = () => page.evaluate(() => performance.getEntriesByType('mark').map(({ name }) => name));
  expect(await marks()).toContain('cofactor:usable');
  await status(page, 'evaluation', 'done');
  expect(await marks()).toEqual(expect.arrayContaining(['cofactor:trained', 'cofactor:evaluated']));
  await drop(page, [PAIRS]);
  await page.locator('[data-fact=rows]', { hasText: '50' }).waitFor();
  expect(await fact(page, 'columns')).toContain('20');
  await expect
    .poll(() => page.evaluate(() => window.cofactor.storage()))
    .toMatchObject({
      documents: [{ name: KEY, version: 1 }],
      cache: [{ name: 'loans.csv', bytes: PAIRS.bytes.length }],
      allowed: true,
    });
  await close();
});
