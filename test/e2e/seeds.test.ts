import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { Random } from '../../src/data/random';
import { drop, fact, status, useBrowser, visit } from './page';

useBrowser();

/** Ratings of two tastes, as MovieLens 100k has them: even users like even films, odd users odd ones. */
function movielens() {
  const random = new Random(5);
  const [users, items] = [60, 40];
  const ratings: string[] = [];
  for (let user = 1; user <= users; user++) {
    for (let item = 1; item <= items; item++) {
      if (random.next() > 0.7) continue;
      const likes = (user + item) % 2 === 0;
      const rating = Math.max(1, Math.min(5, Math.round((likes ? 4.5 : 2) + random.normal() * 0.6)));
      ratings.push([user, item, rating, 875000000 + random.integer(10000000)].join('\t'));
    }
  }
  const film = (item: number) => {
    const flags = Array.from({ length: 19 }, (_, g) => (g === (item % 2 === 0 ? 5 : 16) ? 1 : 0));
    return [item, `Film ${item} (19${60 + (item % 39)})`, '01-Jan-1995', '', 'http://films.example/', ...flags].join(
      '|',
    );
  };
  return {
    data: ratings.join('\n'),
    item: Array.from({ length: items }, (_, i) => film(i + 1)).join('\n'),
    user: Array.from({ length: users }, (_, i) => `${i + 1}|${20 + (i % 40)}|${i % 2 ? 'F' : 'M'}|writer|12345`).join(
      '\n',
    ),
    count: ratings.length,
    rows: ratings.map((line) => line.split('\t')),
  };
}

async function choose(page: Page, preset: string): Promise<void> {
  await page.locator(`[data-cell=model] input[value=${preset}]`).check();
}

/** The file that a click hands to the person. */
async function saved(page: Page, click: () => Promise<unknown>): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), click()]);
  return readFile(await download.path(), 'utf8');
}

test('T: three files dropped together, two towers, a leak-free test beside the seed’s', async () => {
  const { page, errors, foreign, close } = await visit({ quick: true });
  const files = movielens();
  await drop(page, [
    { name: 'u.user', bytes: files.user },
    { name: 'u.item', bytes: files.item },
    { name: 'u.data', bytes: files.data },
  ]);
  await page.locator('[data-fact=rows]', { hasText: /^60$/ }).waitFor();
  expect(await fact(page, 'pairs')).toBe(files.count.toLocaleString('en'));
  // T1, T2: titles came from u.item, and the times from u.data.
  expect(await page.locator('[data-cell=dataset]').innerText()).toContain('From September');
  await status(page, 'map', 'done');
  await choose(page, 'two-tower');
  await page.locator('[data-cell=model]').getByText('A batch', { exact: true }).click();
  await page.getByRole('button', { name: 'Show a batch' }).click();
  const batch = page.locator('[data-batch]');
  await batch.waitFor();
  // T7, T8: each pair that exists is followed by ten that do not.
  expect(await batch.locator('[data-target]').count()).toBe(22);
  expect(await batch.locator('[data-target="1"]').count()).toBe(2);
  const report = await page.evaluate(async () => {
    const { cofactor } = window;
    const right = await cofactor.train({ preset: 'two-tower', epochs: 40, learningRate: 0.02, testMinimum: 4 });
    const leaking = await cofactor.train({
      preset: 'two-tower',
      epochs: 5,
      leak: true,
      seenItems: true,
      keepFalseNegatives: true,
    });
    return { right, leaking, runs: await cofactor.runs(), baselines: await cofactor.baselines({ k: 10 }) };
  });
  expect(report.right.loss[39]).toBeLessThan(report.right.loss[0]);
  expect(report.right.heldOutLoss).toHaveLength(40);
  expect(report.right.metrics).toMatchObject({ k: 10, recall: expect.any(Number), mrr: expect.any(Number) });
  expect(report.right.baselines.popular?.ndcg).toBeGreaterThan(0);
  for (const id of ['popular', 'itemKnn', 'ease', 'ials'] as const) {
    expect(report.baselines[id]?.recall).toBeGreaterThan(0);
  }
  // T15: the mistake is said aloud.
  await page.locator('[data-leak]').first().waitFor();
  expect(await page.locator('[data-leak]').first().innerText()).toMatch(/learned by heart|also in training/);
  expect(report.runs.map(({ preset }) => preset).slice(-2)).toEqual(['two-tower', 'two-tower']);
  // T11, T13, T14
  expect(await page.locator('[data-counts]').innerText()).toMatch(/\d+ of \d+ users had a hit; \d+ of \d+ movies/);
  const csv = await saved(page, () => page.getByRole('button', { name: 'Save all suggestions (CSV)' }).click());
  expect(csv.split('\n')[0]).toMatch(/user id,user,.* id,.*,score,rank/);
  expect(csv).toContain('Film ');
  // The two runs side by side.
  await page.getByLabel(`Compare run ${report.right.run}`, { exact: true }).check();
  await page.getByLabel(`Compare run ${report.leaking.run}`, { exact: true }).check();
  await page.locator('[data-comparison]').waitFor();
  expect(await page.locator('[data-comparison]').innerText()).toContain('Train on the test pairs, as in the tutorial');
  expect(errors).toEqual([]);
  expect(foreign).toEqual([]);
  await close();
});

test('B: ratings and books, layers, errors beside the means, directions with titles', async () => {
  const { page, errors, close } = await visit({ quick: true });
  const { rows } = movielens();
  await drop(page, [
    {
      name: 'books.csv',
      bytes: [
        'book_id,goodreads_book_id,authors,original_publication_year,original_title,title,language_code,average_rating',
        ...Array.from(
          { length: 40 },
          (_, i) => `${i + 1},${900 + i},"Author, ${i % 3}",19${50 + i},,"Book ""${i + 1}""",eng,4.0`,
        ),
      ].join('\n'),
    },
    {
      name: 'ratings.csv',
      bytes: ['user_id,book_id,rating', ...rows.map((row) => row.slice(0, 3).join(','))].join('\n'),
    },
  ]);
  await page.locator('[data-fact=rows]', { hasText: /^60$/ }).waitFor();
  // B1: the histogram of ratings, treated as numbers.
  expect(await page.locator('[data-cell=dataset]').innerText()).toMatch(/pairs with each value\s*mean 3\.\d/);
  await status(page, 'map', 'done');
  await choose(page, 'goodbooks-mf');
  // B3: 61 and 41 rows of 30, biases, 32·50 + 50, 50·20 + 20, 20 + 1.
  const total = 61 * 31 + 41 * 31 + 1650 + 1020 + 21;
  expect(await page.locator('[data-layers-total]').innerText()).toContain(total.toLocaleString('en'));
  const exact = await page.evaluate(() =>
    Promise.all([
      window.cofactor.parameters('goodbooks-mf', { rows: 53424, columns: 10000 }),
      window.cofactor.parameters('goodbooks-tabular', { rows: 53424, columns: 10000 }),
    ]),
  );
  expect(exact).toEqual([1968897, 3173341]);
  const told = await page.evaluate(() =>
    window.cofactor.train({ preset: 'goodbooks-mf', epochs: 20, batchSize: 64, validationShare: 0.05 }),
  );
  expect(told.metrics?.rmse).toBeLessThan(told.baselines.globalMean?.rmse ?? 0);
  expect(told.metrics?.mae).toBeGreaterThan(0);
  await status(page, 'evaluation', 'done');
  expect(Number(await page.locator('tr[data-method=model] [data-metric=rmse]').first().innerText())).toBeCloseTo(
    told.metrics?.rmse ?? 0,
    2,
  );
  // B10: the rate finder, and the rate that it finds put into the form.
  const training = page.locator('[data-cell=training]');
  await training.getByText('Find a learning rate', { exact: true }).first().click();
  await training.getByRole('button', { name: 'Find a learning rate' }).click();
  await training.locator('[data-rates]').waitFor({ timeout: 60_000 });
  await training.getByRole('button', { name: /^Use / }).first().waitFor();
  // B5: the epochs as a table, with the mean absolute error.
  await training.getByRole('radio', { name: 'Per epoch' }).check({ force: true });
  expect(await page.locator('[data-epochs] tbody tr').count()).toBeGreaterThanOrEqual(20);
  // B6, Z7: the ends of the directions have titles.
  await page.evaluate(() => document.getElementById('cell-components')?.scrollIntoView());
  await page.getByRole('figure', { name: /^Ends of direction 1/ }).waitFor({ timeout: 60_000 });
  expect(errors).toEqual([]);
  await close();
});

test('K: books and links, cleaned, neighbours at both ends, t-SNE by genre, files for the projector', async () => {
  const { page, errors, close } = await visit({ quick: true });
  const random = new Random(3);
  const books = Array.from({ length: 60 }, (_, i) => {
    const genre = i % 2 ? 'science fiction' : 'cookery';
    const links = Array.from({ length: 8 }, () => `${genre} ${random.integer(12)}`);
    return JSON.stringify([
      i === 7 ? 'Wikipedia:WikiProject Books' : `Book ${i}`,
      { genre: `[[${genre}]]`, country: i % 3 ? 'France' : '{{flag|Peru}}' },
      [...links, 'Paperback', 'paperback', links[0]],
      ['http://books.example/'],
      '2017-11-13T01:50:33Z',
      900,
    ]);
  });
  await page.getByRole('button', { name: 'Examples' }).click();
  await page.locator('[data-example=wikipedia-books]').click();
  await page.locator('[data-open-example=wikipedia-books]').waitFor();
  await drop(page, [{ name: 'books.ndjson', bytes: books.join('\n') }]);
  // K1, K2: as the example suggests, the project page and the paperbacks are gone.
  await page.locator('[data-fact=rows]', { hasText: /^59$/ }).waitFor({ timeout: 60_000 });
  expect(await fact(page, 'columns')).toBe('24');
  expect(await page.locator('[data-effects]').innerText()).toMatch(/59 books/);
  await status(page, 'training', 'done');
  await page.evaluate(() =>
    window.cofactor.train({ preset: 'wikipedia', epochs: 60, batchSize: 256, learningRate: 0.02 }),
  );
  await page.evaluate(() => window.cofactor.select({ row: 'Book 3' }));
  const near = await page.evaluate(() => window.cofactor.neighbours({ side: 'row', label: 'Book 3' }, { k: 10 }));
  // Odd books are science fiction: all of the nearest are.
  expect(near.filter(({ label }) => Number(label.split(' ')[1]) % 2 === 1).length).toBeGreaterThanOrEqual(9);
  // K10: both ends as bars.
  await page.getByText('Both ends as bars').click();
  await page.locator('[data-ends]').waitFor({ timeout: 60_000 });
  // K12
  await page.evaluate(() => window.cofactor.project({ side: 'row', method: 'tsne', seed: 1 }));
  await page.evaluate(() => document.getElementById('cell-map')?.scrollIntoView());
  await page.locator('[data-cell=map]').getByLabel('Colour').selectOption('genre');
  await page.getByRole('figure', { name: /^Map of 59 books by t-SNE/ }).waitFor();
  // K13: two files that line up.
  const vectors = await saved(page, () => page.getByRole('button', { name: 'Vectors (TSV)' }).click());
  const names = await saved(page, () => page.getByRole('button', { name: 'Names (TSV)' }).click());
  expect(vectors.trimEnd().split('\n')).toHaveLength(59);
  expect(vectors.split('\n')[0].split('\t')).toHaveLength(50);
  expect([59, 60]).toContain(names.trimEnd().split('\n').length);
  expect(errors).toEqual([]);
  await close();
});

test('Z: “::” ratings, layers, restarts of the rate drawn before, early stopping, the model saved and opened', async () => {
  const { page, errors, close } = await visit({ quick: true });
  const { rows } = movielens();
  await drop(page, [
    {
      name: 'movies.dat',
      bytes: Array.from({ length: 40 }, (_, i) => `${i + 1}::Film ${i + 1} (1999)::Drama|War`).join('\n'),
    },
    { name: 'ratings.dat', bytes: rows.map((row) => row.join('::')).join('\n') },
  ]);
  await page.locator('[data-fact=rows]', { hasText: /^60$/ }).waitFor();
  // Z1: the table of the most frequent users and films.
  expect(await page.locator('[data-crosstab]').count()).toBe(1);
  await status(page, 'map', 'done');
  await choose(page, 'embedding-net');
  const model = page.locator('[data-cell=model]');
  await model.getByText('Options', { exact: true }).click();
  await model.getByLabel('Hidden layers').fill('20, 10');
  await model.getByLabel('Epochs').fill('60');
  await model.getByLabel('Embedding size').fill('8');
  await model.getByLabel('Patience').fill('3');
  await model.getByLabel('Batch size').fill('100');
  await model.getByLabel('Learning rate', { exact: true }).fill('0.02');
  // Z5: the rate over the whole run, before it begins.
  await page.locator('[data-cell=model] [data-rate=cosine-restarts]').waitFor();
  await page.locator('[data-cell=training]').getByRole('button', { name: 'Train', exact: true }).click();
  await status(page, 'evaluation', 'done');
  const [run] = (await page.evaluate(() => window.cofactor.runs())).slice(-1);
  expect(run.epochs).toBeLessThan(60);
  expect(run.quality?.ratings?.rmse).toBeGreaterThan(0);
  expect(run.loss).toBeLessThan(2);
  expect(await page.locator('[data-cell=training]').innerText()).toMatch(/has not fallen for 3 epochs/);
  const bytes = await saved(page, () => page.getByRole('button', { name: 'Save the model' }).click());
  expect(bytes).toContain('embedding-net');
  expect(errors).toEqual([]);
  await close();
});

test('every tutorial opens as a ready notebook and runs', async () => {
  const { page, errors, close } = await visit({ quick: true });
  await status(page, 'training', 'done');
  for (const [id, preset] of [
    ['wellcome-subjects', 'wellcome'],
    ['two-tower-movielens', 'two-tower'],
  ]) {
    await page.getByRole('button', { name: 'Examples' }).click();
    await page.locator(`[data-example=${id}]`).click();
    await page.locator(`[data-open-example=${id}]`).waitFor();
    await expect.poll(() => page.locator(`input[value=${preset}]`).isChecked()).toBe(true);
  }
  await page.getByRole('button', { name: 'Examples' }).click();
  expect(await page.locator('[data-example]').count()).toBe(5);
  await page.keyboard.press('Escape');
  expect(await page.locator('[data-example]').count()).toBe(0);
  // T on made-up ratings, which are called so.
  await expect.poll(() => page.locator('[data-open-example]').innerText()).toMatch(/made-up/i);
  expect(await page.locator('[data-exercise]').count()).toBeGreaterThan(4);
  const presets = await page.evaluate(() => window.cofactor.presets());
  expect(new Set(presets.flatMap(({ rows }) => rows)).size).toBeGreaterThan(40);
  expect(errors).toEqual([]);
  await close();
});
