import { expect, test } from 'vitest';
import { SMALL_SAMPLE, status, useBrowser, visit } from './page';

useBrowser();

test('the console does what the page does, and the page shows it', async () => {
  const { page, close } = await visit({ quick: true });
  await status(page, 'map', 'done');
  const told = await page.evaluate(async () => {
    const { cofactor } = window;
    const rows = Array.from({ length: 200 }, (_, i) => `reader ${i % 50},book ${(i * 7) % 20}`);
    const loaded = await cofactor.load([new Blob([['reader,book', ...rows].join('\n')])]);
    const steps: number[] = [];
    const trained = await cofactor.train(
      { preset: 'cofactor-default', epochs: 3, dimensions: 16, seed: 4 },
      { onProgress: ({ step }) => steps.push(step) },
    );
    const again = await cofactor.train({ preset: 'cofactor-default', epochs: 3, dimensions: 16, seed: 4 });
    const last = await cofactor.train({ preset: 'cofactor-default', epochs: 2, dimensions: 8, seed: 5 });
    const embedding = await cofactor.embedding('column');
    const pca = await cofactor.project({ side: 'row', method: 'pca' });
    const umap = await cofactor.project({ side: 'column', method: 'umap', seed: 3 });
    const saved = JSON.parse(localStorage.getItem('cofactor.notebook') ?? '{}');
    return {
      loaded,
      trained,
      lastStep: steps.at(-1),
      sameLoss: JSON.stringify(trained.loss) === JSON.stringify(again.loss),
      byLabel: await cofactor.topK({ row: 'reader 3' }, { k: 4 }),
      byIndex: await cofactor.topK({ column: 0 }, { k: 2 }),
      near: await cofactor.neighbours({ side: 'column', id: 'book 7' }, { k: 3, metric: 'euclidean' }),
      embedding: { ...embedding, values: embedding.values.length },
      pca: [pca.x.length, pca.variance?.length],
      umap: [umap.x.length, umap.y.every(Number.isFinite), 'variance' in umap],
      saved: saved.map,
      // Of a run that is not shown, without showing it.
      earlier: {
        dims: (await cofactor.embedding('column', { run: trained.run })).dims,
        same:
          JSON.stringify(await cofactor.topK({ row: 'reader 3' }, { k: 4, run: trained.run })) ===
          JSON.stringify(await cofactor.topK({ row: 'reader 3' }, { k: 4, run: again.run })),
        points: (await cofactor.project({ side: 'row', method: 'pca', run: trained.run })).x.length,
        shown: (await cofactor.runs()).filter(({ shown }) => shown).map(({ run }) => run),
        last: last.run,
        nobody: await cofactor.topK({ row: 'reader 3' }, { run: 99 }).catch((error: Error) => error.message),
      },
      device: await cofactor.device(),
      wrong: await cofactor.topK({ row: 'nobody' }).catch((error: Error) => error.message),
      badOption: await cofactor.train({ preset: 'wellcome', epochs: 0 }).catch((error: Error) => error.message),
    };
  });
  expect(told.loaded).toMatchObject({ name: 'file 1', rows: 50, columns: 20, pairs: 100, rejected: 0 });
  expect(told.trained).toMatchObject({ engine: 'wasm', epochs: 3, steps: 3 });
  expect(told.trained.loss).toHaveLength(3);
  expect(told.lastStep).toBe(3);
  expect(told.sameLoss).toBe(true);
  expect(told.byLabel).toHaveLength(4);
  expect(told.byLabel[0]).toMatchObject({
    label: expect.stringMatching(/^book /),
    id: expect.any(String),
    score: expect.any(Number),
  });
  expect(told.byIndex[0].label).toMatch(/^reader /);
  expect(told.near.map(({ score }) => score)).toEqual(told.near.map(({ score }) => score).toSorted((a, b) => a - b));
  expect(told.embedding).toMatchObject({ count: 20, dims: 8, values: 160 });
  expect(told.loaded.dataset).toBeGreaterThan(1);
  expect(told.earlier).toMatchObject({ dims: 16, same: true, points: 50, shown: [told.earlier.last] });
  expect(told.earlier.nobody).toMatch(/^Expected a run of [\d, ]+, found 99$/);
  expect(told.pca).toEqual([50, 2]);
  expect(told.umap).toEqual([20, true, false]);
  // The console lays out all points; the page's own limit stays what it was.
  expect(told.saved).toMatchObject({ side: 'column', method: 'umap', limit: 800 });
  expect(told.device.engine).toBe('wasm');
  expect(told.wrong).toBe('Expected the label or id of a reader, found “nobody”');
  expect(told.badOption).toBe('Epochs: expected a whole number from 1 to 1000, found 0');
  // What the console did is on the page.
  expect(await page.locator('[data-cell=dataset] h2').innerText()).toBe('The readers and their books');
  expect(await page.locator('[data-fact=rows]').innerText()).toBe('50');
  await page.getByRole('figure', { name: /^Map of 20 books by UMAP/ }).waitFor();
  await close();
});

test('loading can be cancelled, and leaves what there was', async () => {
  const { page, close } = await visit({ settled: true, quick: true });
  const result = await page.evaluate(async () => {
    const controller = new AbortController();
    const line = `${JSON.stringify({ id: 1, tags: ['a', 'b', 'c'], filler: 'x'.repeat(2000) })}\n`;
    const file = new File(
      [...Array(40)].map(() => new Blob([line.repeat(1000)])),
      'large.jsonl',
    );
    return window.cofactor.load([file], { signal: controller.signal, onProgress: () => controller.abort() }).then(
      () => 'loaded',
      (error: Error) => error.name,
    );
  });
  expect(result).toBe('AbortError');
  expect(await page.locator('[data-fact=rows]').innerText()).toBe(SMALL_SAMPLE);
  await status(page, 'training', 'done');
  await close();
});
