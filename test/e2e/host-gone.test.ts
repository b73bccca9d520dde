import { expect, test } from 'vitest';
import { drop, status, useBrowser, visit } from './page';

useBrowser();

const MISSING = 'A part of this page could not be fetched from its host.';

test('parts that are fetched when first needed: one plain line, and a retry, once the host is back', async () => {
  let gone = true;
  const { page, close } = await visit({
    quick: true,
    prepare: (fresh) =>
      fresh
        .context()
        .route(/assets\/(plotly|SearchBox)[^/]*\.js/, (route) => (gone ? route.abort() : route.continue())),
  });
  await drop(page, [
    {
      name: 'loans.csv',
      bytes: ['reader,book', ...Array.from({ length: 200 }, (_, i) => `reader ${i % 50},book ${(i * 7) % 20}`)].join(
        '\n',
      ),
    },
  ]);
  await status(page, 'predictions', 'done');
  const search = page.locator('[data-cell=predictions]').getByRole('alert');
  await search.filter({ hasText: MISSING }).waitFor();
  const plot = page.locator('[data-cell=training] figure').first();
  await plot.getByRole('alert').filter({ hasText: MISSING }).waitFor();
  expect(await page.locator('body').textContent()).not.toMatch(/dynamically imported|module script|undefined/);
  gone = false;
  await plot.getByRole('button', { name: 'Retry' }).click();
  await plot.scrollIntoViewIfNeeded();
  await plot.locator('.main-svg').first().waitFor();
  await search.getByRole('button', { name: 'Retry' }).click();
  await page.locator('[data-cell=predictions]').getByRole('combobox').waitFor();
  await close();
});
