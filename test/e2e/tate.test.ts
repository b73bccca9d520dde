import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sharedFile } from '../support/shared-data';
import { drop, fact, status, useBrowser, visit } from './page';

useBrowser();

const CORE = sharedFile('tate/tate-noturner-core35.jsonl.gz');
const WORKS = sharedFile('tate/tate-works.jsonl.gz');

test.skipIf(!CORE)(
  'a museum’s file, from drop to predictions and map (needs tate/tate-noturner-core35.jsonl.gz)',
  async () => {
    const { page, foreign, errors, close } = await visit();
    await status(page, 'dataset', 'done');
    const dropped = Date.now();
    await drop(page, [{ name: CORE?.name ?? '', bytes: readFileSync(CORE?.path ?? '') }]);
    await page.locator('[data-cell=dataset] h2', { hasText: 'The works and their subjects' }).waitFor();
    expect(await fact(page, 'rows')).toBe('22,268');
    expect(await fact(page, 'columns')).toBe('2,745');
    expect(await fact(page, 'pairs')).toBe('160,814');
    await status(page, 'training', 'running');
    await status(page, 'predictions', 'queued');
    await page.locator('[data-list=predictions] li').first().waitFor({ timeout: 150_000 });
    console.log(`From drop to first prediction: ${((Date.now() - dropped) / 1000).toFixed(1)} s`);
    await status(page, 'evaluation', 'done');
    const recall = async (method: string) =>
      Number(await page.locator(`tr[data-method=${method}] [data-metric=recall]`).innerText());
    const [model, popular, itemKnn] = [await recall('model'), await recall('Popular'), await recall('ItemKNN')];
    console.log(`recall@10: model ${model}, ItemKNN ${itemKnn}, Popular ${popular}`);
    expect(model).toBeGreaterThanOrEqual(0.48);
    expect(popular).toBeCloseTo(0.2, 1);
    expect(itemKnn).toBeCloseTo(0.48, 1);

    // The search box finds a work; a click on a subject turns to the subject; the selection is one.
    await page.getByRole('combobox', { name: 'Find works' }).fill('boat');
    await page.getByRole('option', { name: /boat/i }).first().click();
    const card = page.locator('[data-cell=predictions] article');
    await card.locator('h3', { hasText: /boat/i }).waitFor();
    expect(await page.locator('[data-list=predictions] li[data-status=known]').count()).toBe(0);
    await page.locator('[data-list=predictions] button').first().click();
    await card.getByText('subject', { exact: true }).waitFor();
    await page.getByText('works probably missing this subject').waitFor();

    await status(page, 'map', 'running');
    await page.getByLabel('PCA').check({ force: true });
    await status(page, 'map', 'done');
    await page.getByText(/The axes hold \d+\.\d % and \d+\.\d % of the variance/).waitFor();
    expect(await page.getByRole('figure', { name: /^Map of 2,745 subjects by PCA\. Selected: / }).count()).toBe(1);
    expect(foreign).toEqual([]);
    expect(errors).toEqual([]);
    await close();
  },
);

test.skipIf(!WORKS)('a whole collection loads while the page answers (needs tate/tate-works.jsonl.gz)', async () => {
  const { page, close } = await visit({
    quick: true,
    prepare: (fresh) =>
      fresh.addInitScript(() => {
        const tasks: { at: number; ms: number }[] = [];
        new PerformanceObserver((list) => {
          for (const { startTime, duration } of list.getEntries()) tasks.push({ at: startTime, ms: duration });
        }).observe({ entryTypes: ['longtask'] });
        Object.assign(window, { longTasks: tasks });
      }),
  });
  await status(page, 'map', 'done');
  const result = await page.evaluate(
    async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const file = new File([bytes], 'tate-works.jsonl.gz');
      await new Promise((resolve) => setTimeout(resolve, 500));
      const from = performance.now();
      const loaded = await window.cofactor.load([file]);
      const loadedAt = performance.now();
      let steps = 0;
      await window.cofactor.train(
        { epochs: 1, dimensions: 32 },
        { onProgress: ({ step }) => (steps = Math.max(steps, step)) },
      );
      const tasks = (window as unknown as { longTasks: { at: number; ms: number }[] }).longTasks.filter(
        ({ at }) => at > from,
      );
      return { loaded, wall: (loadedAt - from) / 1000, steps, tasks: tasks.map(({ ms }) => Math.round(ms)) };
    },
    readFileSync(WORKS?.path ?? '').toString('base64'),
  );
  console.log(
    `tate-works: read in ${result.loaded.seconds.toFixed(1)} s (${result.wall.toFixed(1)} s with the page); main-thread tasks over 50 ms while loading and training: ${result.tasks.length ? `${result.tasks.join(', ')} ms` : 'none'}`,
  );
  expect(result.loaded).toMatchObject({ rows: 58_801, columns: 16_455, pairs: 361_385, rejected: 0 });
  expect(result.steps).toBe(230);
  await close();
});
