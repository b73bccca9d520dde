import { expect, test } from 'vitest';
import { drop, status, useBrowser, visit } from './page';

useBrowser();

const rows = (word: string) =>
  Array.from({ length: 400 }, (_, i) => `reader ${i % 40},${word} ${(i * 7 + (i >> 4)) % 23}`).join('\n');
const file = (name: string, word: string) => ({ name, bytes: `reader,book\n${rows(word)}` });

test('what is open or ticked for one file is gone with the next', async () => {
  const { page, close } = await visit({ quick: true });
  await drop(page, [file('first.csv', 'book')]);
  await page.getByText('first.csv stays on this machine.').waitFor();
  await status(page, 'components', 'done');

  await page.getByRole('button', { name: 'Roles…' }).click();
  await page.getByRole('heading', { name: 'How this file is read' }).waitFor();
  await page.locator('[data-exercise=stop-words] summary').click();
  const stopWords = page.locator('[data-exercise=stop-words]');
  for (const box of (await stopWords.getByRole('checkbox').all()).slice(0, 2)) await box.uncheck();
  await stopWords.getByRole('button', { name: 'Take away 1 and compare' }).waitFor();

  await drop(page, [file('second.csv', 'novel')]);
  await page.getByText('second.csv stays on this machine.').waitFor();
  await status(page, 'components', 'done');
  expect(await page.getByRole('heading', { name: 'How this file is read' }).count()).toBe(0);
  await page.locator('[data-exercise=stop-words] summary').click();
  await stopWords.getByRole('button', { name: 'Take away 3 and compare' }).waitFor();
  await close();
});

test('a number that cannot be used is said beside its field, with what is used', async () => {
  const { page, close } = await visit({ quick: true, settled: true });
  await page
    .getByText(/^Options/)
    .first()
    .click();
  const model = page.locator('[data-cell=model]');
  const size = model.getByLabel('Embedding size');
  await size.fill('-5');
  await model.getByText('Expected a whole number from 1 to 512, found “−5”. 24 is used.').waitFor();
  await size.blur();
  // It stays after the field has gone back to the number that is used.
  expect(await size.inputValue()).toBe('24');
  await model.getByRole('alert').getByText('Expected a whole number from 1 to 512, found “−5”. 24 is used.').waitFor();
  await size.fill('32');
  expect(await model.getByRole('alert').count()).toBe(0);
  // The scale follows the data until one is chosen.
  const scale = model.getByLabel('Scale', { exact: true });
  expect(await scale.inputValue()).toBe('');
  expect(Number(await scale.getAttribute('placeholder'))).toBeGreaterThan(4);
  await page.getByText('Layout options').click();
  const neighbours = page.locator('[data-cell=map]').getByLabel('Points at most');
  await neighbours.fill('many');
  await neighbours.blur();
  await page
    .locator('[data-cell=map]')
    .getByText('Expected a whole number from 100 to 1,000,000, found “many”. 800 is used.')
    .waitFor();
  await close();
});
