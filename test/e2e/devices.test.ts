import { describe, expect, test } from 'vitest';
import { chromiumFlags } from '../../src/tooling/chromium.mjs';
import { crashGpu, status, useBrowser, visit } from './page';

describe('without a WebGPU adapter', () => {
  useBrowser(chromiumFlags.filter((flag) => flag !== '--enable-unsafe-webgpu'));

  test('WASM trains, and the page says why', async () => {
    const { page, close } = await visit({ quick: true });
    await status(page, 'training', 'done');
    expect(await page.evaluate(() => window.cofactor.device())).toMatchObject({
      engine: 'wasm',
      reason: expect.stringMatching(/^WebGPU found no graphics processor here\. WebAssembly with SIMD/),
    });
    await page.getByRole('button', { name: 'WASM' }).click();
    await page.getByRole('dialog', { name: 'Device' }).getByText('WebGPU found no graphics processor here.').waitFor();
    await page.getByLabel('WebGPU (graphics processor)').click();
    await page.getByRole('dialog', { name: 'Device' }).getByRole('alert').waitFor();
    expect((await page.evaluate(() => window.cofactor.device())).engine).toBe('wasm');
    await page.getByLabel('JavaScript (processor)').click();
    await page.getByRole('button', { name: 'CPU' }).waitFor();
    const trained = await page.evaluate(() => window.cofactor.train({ preset: 'wellcome', epochs: 1 }));
    expect(trained).toMatchObject({ engine: 'cpu', epochs: 1, steps: 1 });
    await close();
  });
});

describe('a machine that is measured', () => {
  useBrowser();

  test('shows each engine, can be cancelled, and remembers which was the fastest', async () => {
    const { page, close } = await visit({ quick: true, settled: true });
    const menu = page.getByRole('dialog', { name: 'Device' });
    const results = menu.getByRole('region', { name: 'Speed of this machine' });
    await page.getByRole('button', { name: 'WASM' }).click();
    await results.getByRole('button', { name: 'Measure this machine (ten seconds)' }).click();
    await results.getByRole('progressbar').waitFor();
    await page.keyboard.press('Enter');
    await results.getByRole('button', { name: 'Measure this machine (ten seconds)' }).waitFor();
    expect(await results.getByRole('listitem').count()).toBe(0);
    await page.keyboard.press('Enter');
    await results.getByText('Pairs that two towers score in a second:').waitFor();
    const lines = await results.getByRole('listitem').allInnerTexts();
    expect(lines.map((line) => line.replaceAll(/\s+/g, ' '))).toEqual([
      expect.stringContaining('WebGPU here only imitates a graphics processor in software'),
      expect.stringMatching(/^WASM \(processor\) [\d.,]+( M)? pairs\/s$/),
      expect.stringContaining('WebGL here only imitates a graphics processor in software'),
      expect.stringMatching(/^JavaScript \(processor\) [\d.,]+( M)? pairs\/s$/),
    ]);
    await menu.getByText(/Fastest here: [\d.,]+( M)? pairs\/s\.$/).waitFor();
    expect((await page.evaluate(() => window.cofactor.device())).engine).toBe('wasm');
    await page.reload();
    await status(page, 'training', 'done');
    expect((await page.evaluate(() => window.cofactor.device())).reason).toMatch(/Fastest here/);
    await close();
  });
});

describe('with an adapter that only imitates a GPU', () => {
  useBrowser();

  test('it is refused for speed, can be chosen by hand, and a run survives its loss', async () => {
    const { page, close } = await visit({ quick: true });
    await status(page, 'map', 'done');
    expect((await page.evaluate(() => window.cofactor.device())).reason).toMatch(
      /^WebGPU here only imitates a graphics processor in software/,
    );
    const chosen = await page.evaluate(() => window.cofactor.device('webgpu'));
    expect(chosen).toMatchObject({ engine: 'webgpu', adapter: expect.stringContaining('(software)') });
    await page.evaluate(() => {
      const rows = Array.from({ length: 900 }, (_, i) => `reader ${i % 150},book ${(i * 7 + (i >> 5)) % 40}`);
      return window.cofactor.load([new Blob([['reader,book', ...rows].join('\n')])]);
    });
    const training = page.evaluate(() =>
      window.cofactor.train({ preset: 'wellcome', epochs: 60, dimensions: 4, batchSize: 15 }),
    );
    // An epoch has ended and a checkpoint is kept; then the process of the graphics device is ended.
    await page.locator('[data-cell=training] dd', { hasText: /^([3-9]|\d\d) of 60$/ }).waitFor();
    await crashGpu();
    const result = await training;
    expect(result).toMatchObject({ engine: 'wasm', epochs: 60, steps: 600 });
    expect(result.loss).toHaveLength(60);
    expect(result.loss[59]).toBeLessThan(result.loss[0]);
    await page
      .getByText(/The graphics device was lost.*Training went on from the end of epoch \d+ on wasm\./)
      .waitFor();
    await close();
  });
});

describe('a worker that cannot be loaded', () => {
  useBrowser();

  test('is told, nothing hangs, and a new start works', async () => {
    let blocked = true;
    const { page, close } = await visit({
      quick: true,
      prepare: (fresh) => fresh.route(/kernel\.worker/, (route) => (blocked ? route.abort() : route.continue())),
    });
    await page
      .getByText('The worker could not be loaded. Check that all files of this page are reachable, and reload.')
      .first()
      .waitFor();
    const message = await page.evaluate(() => window.cofactor.load('sample').catch((error: Error) => error.message));
    expect(message).toBe(
      'The worker could not be loaded. Check that all files of this page are reachable, and reload.',
    );
    blocked = false;
    await page.getByRole('button', { name: 'Start again' }).click();
    await status(page, 'training', 'done');
    await close();
  });
});

describe('the hand on a run', () => {
  useBrowser();

  test('pause, one step, save, resume, stop, resume again, more epochs, discard', async () => {
    const { page, close } = await visit({ settled: true, quick: true });
    const training = page.locator('[data-cell=training]');
    await page.getByText('Options (changed)', { exact: true }).click();
    await page.locator('[data-cell=model]').getByLabel('Epochs').fill('200');
    await training.getByRole('button', { name: 'Train', exact: true }).click();
    await training.getByRole('button', { name: 'Pause' }).click();
    await training.getByRole('button', { name: 'Resume' }).waitFor();
    const step = async () =>
      Number(((await training.locator('dd').nth(1).innerText()).match(/^[\d,]+/)?.[0] ?? '').replaceAll(',', ''));
    const before = await step();
    await training.getByRole('button', { name: 'One step' }).click();
    await expect.poll(step).toBe(before + 1);
    // What a paused run has learned can be taken away.
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      training.getByRole('button', { name: 'Save the model' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('cofactor-cofactor-default-paused.safetensors');
    await training.getByRole('button', { name: 'Resume' }).click();
    await expect.poll(step, { timeout: 20_000 }).toBeGreaterThan(before + 30);
    await training.getByRole('button', { name: 'Stop' }).click();
    await page.getByText(/^Stopped after [\d,]+ steps; what it had learned by then is kept\. Resume/).waitFor();
    const number = (name: string) => training.locator('dl div', { hasText: name }).locator('dd').innerText();
    // Epochs and held-out loss are those of the run, not of the epoch that it was stopped in.
    expect(await number('epoch')).toMatch(/ of 200$/);
    expect(await number('held-out loss')).toMatch(/^\d/);
    const stoppedAt = await step();
    await training.getByRole('button', { name: 'Resume' }).click();
    await expect.poll(step, { timeout: 20_000 }).toBeGreaterThan(stoppedAt);
    await training.getByRole('button', { name: 'Stop' }).click();
    await training.getByRole('button', { name: 'Train', exact: true }).waitFor();
    const begun = Number((await number('epoch')).match(/^\d+/)?.[0]);
    await training.getByLabel('Epochs more').fill('2');
    await training.getByRole('button', { name: 'Train 2 epochs more' }).click();
    await expect.poll(() => number('epoch'), { timeout: 20_000 }).toBe(`${begun + 2} of ${begun + 2}`);
    await training.getByRole('button', { name: 'Train', exact: true }).waitFor();
    await status(page, 'evaluation', 'done');
    const [kept, steps] = [await page.locator('[data-cell=runs] tbody tr').count(), await step()];
    await training.getByRole('button', { name: 'Train', exact: true }).click();
    await training.getByRole('button', { name: 'Discard' }).click();
    await expect.poll(step, { timeout: 20_000 }).toBe(steps);
    expect(await page.locator('[data-cell=runs] tbody tr').count()).toBe(kept);
    await close();
  });
});
