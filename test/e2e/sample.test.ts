import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { showMap, status, useBrowser, type Visit, visit } from './page';

useBrowser();

/** Gzipped JavaScript that may be loaded before the page is usable. */
const FIRST_VISIT_LIMIT = 200_000;

describe('a first visit', () => {
  let here: Visit;
  beforeAll(async () => {
    here = await visit({ settled: true });
  });
  afterAll(() => here.close());

  test('runs the sample’s notebook by itself, from the loss to the map', async () => {
    const { page } = here;
    expect(await page.locator('[data-cell=dataset] h2').textContent()).toBe('The icons and their tags');
    expect(await page.locator('[data-fact=rows]').textContent()).toBe('5,233');
    expect(await page.locator('[data-fact=columns]').textContent()).toBe('2,788');
    expect(await page.getByText('MIT licence. They stand for').isVisible()).toBe(true);
    const recall = async (method: string) =>
      Number(await page.locator(`tr[data-method=${method}] [data-metric=recall]`).innerText());
    expect(await recall('model')).toBeGreaterThan(0.7);
    expect(await recall('Popular')).toBeLessThan(0.15);
    expect(await recall('ItemKNN')).toBeGreaterThan(0.6);
    expect(await page.locator('[data-list=predictions] li').count()).toBe(10);
    await showMap(page);
    expect(await page.locator('[data-cell=map] .annotation').count()).toBeGreaterThan(10);
  });

  test('asks no other host for anything and reports no error', () => {
    expect(here.foreign).toEqual([]);
    expect(here.errors).toEqual([]);
  });

  test('a point of the map shows its name and pictures on hover, and a click selects it', async () => {
    const { page } = here;
    const map = page.locator('[data-cell=map] [data-plot]');
    await showMap(page);
    await map.evaluate((node) => node.scrollIntoView({ block: 'center' }));
    // Rings and labels of the last selection are still being drawn.
    await page.waitForTimeout(1000);
    const at = await page.evaluate(() => {
      const node = document.querySelector('[data-cell=map] [data-plot]') as unknown as {
        _fullLayout: { xaxis: Axis; yaxis: Axis };
        data: { type: string; x: number[]; y: number[]; customdata: number[]; marker: { size: number[] } }[];
        getBoundingClientRect(): DOMRect;
      };
      interface Axis {
        l2p(value: number): number;
        _offset: number;
      }
      const { xaxis, yaxis } = node._fullLayout;
      const [points] = node.data;
      // The most frequent point is the largest and surely on top of nothing.
      const largest = points.marker.size.indexOf(Math.max(...points.marker.size));
      const box = node.getBoundingClientRect();
      return {
        x: box.left + xaxis._offset + xaxis.l2p(points.x[largest]),
        y: box.top + yaxis._offset + yaxis.l2p(points.y[largest]),
        index: points.customdata[largest],
      };
    });
    const card = page.locator('[data-hover-card]');
    await page.mouse.move(at.x - 30, at.y - 30);
    await page.mouse.move(at.x, at.y, { steps: 4 });
    await card.locator('img').first().waitFor();
    expect(await card.locator('img').first().getAttribute('src')).toMatch(/^data:image\/svg\+xml/);
    const selected = page.locator('[data-cell=predictions] article h3');
    let name = '?';
    // Plotly takes no click while it draws: a hand would click again. On its way the pointer may meet a neighbour.
    for (let tries = 0; tries < 6 && (await selected.filter({ hasText: name }).count()) === 0; tries++) {
      await page.mouse.move(at.x - 4, at.y - 4);
      await page.mouse.move(at.x, at.y);
      await page.waitForTimeout(400);
      name =
        (await card
          .locator('strong')
          .textContent({ timeout: 2000 })
          .catch(() => null)) ?? name;
      await page.mouse.click(at.x, at.y);
      await page.waitForTimeout(700);
    }
    expect(await selected.filter({ hasText: name }).count()).toBe(1);
  });
});

test('under 200 kB of gzipped JavaScript before the page is usable', async () => {
  const { page, close } = await visit({
    prepare: (fresh) =>
      fresh.addInitScript(() => {
        let api: unknown;
        Object.defineProperty(window, 'cofactor', {
          get: () => api,
          set: (value) => {
            api = value;
            Object.assign(window, {
              scriptsBefore: performance
                .getEntriesByType('resource')
                .map(({ name }) => name)
                .filter((name) => name.endsWith('.js')),
            });
          },
        });
      }),
  });
  const scripts = await page.evaluate(() => (window as unknown as { scriptsBefore: string[] }).scriptsBefore);
  const sizes = await Promise.all(
    scripts.map(async (address) => gzipSync(Buffer.from(await (await fetch(address)).arrayBuffer())).length),
  );
  const total = sizes.reduce((a, b) => a + b, 0);
  console.log(
    `JavaScript before the page is usable: ${(total / 1000).toFixed(0)} kB gzipped in ${scripts.length} files`,
  );
  expect(scripts.length).toBeGreaterThan(0);
  expect(scripts.join()).not.toMatch(/plotly|engine-|katex|umap/);
  expect(total).toBeLessThan(FIRST_VISIT_LIMIT);
  await close();
});

test('the page’s policy stops page and worker from reaching another host', async () => {
  const { page, close } = await visit();
  const refused = await page.evaluate(async () => {
    const reach = `fetch('https://example.org/').then(() => 'reached', (error) => error.constructor.name)`;
    const inPage = await fetch('https://example.org/').then(
      () => 'reached',
      (error) => error.constructor.name,
    );
    const violations: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
    await fetch('https://example.org/').catch(() => undefined);
    const worker = new Worker(
      URL.createObjectURL(new Blob([`${reach}.then((text) => postMessage(text))`], { type: 'text/javascript' })),
      { type: 'module' },
    );
    const inWorker = await new Promise((resolve) =>
      worker.addEventListener('message', ({ data }) => resolve(data), { once: true }),
    );
    const image = await new Promise((resolve) => {
      const picture = new Image();
      picture.onload = () => resolve('reached');
      picture.onerror = () => resolve('refused');
      picture.src = 'https://example.org/x.png';
    });
    return { inPage, inWorker, image, violations };
  });
  expect(refused).toMatchObject({ inPage: 'TypeError', inWorker: 'TypeError', image: 'refused' });
  expect(refused.violations).toContain('connect-src');
  // The kernel runs from such a blob, so that this policy holds in it too.
  expect(page.workers().some((worker) => worker.url().startsWith('blob:'))).toBe(true);
  expect(page.workers().every((worker) => worker.url().startsWith('blob:'))).toBe(true);
  await close();
});

test('an option that changes marks what hangs on it stale, and Run stale mends it', async () => {
  const { page, close } = await visit({ settled: true, quick: true });
  await page
    .getByText(/^Options/)
    .first()
    .click();
  await page.locator('[data-cell=model]').getByLabel('Epochs').fill('2');
  for (const cell of ['training', 'evaluation', 'predictions', 'map']) await status(page, cell, 'stale');
  await page.getByRole('button', { name: /^Run stale \(\d\)$/ }).click();
  for (const cell of ['training', 'evaluation', 'predictions', 'map', 'components']) await status(page, cell, 'done');
  expect(await page.locator('[data-cell=training] dd').first().textContent()).toBe('2 of 2');
  await close();
});
