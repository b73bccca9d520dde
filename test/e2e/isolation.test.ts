import { availableParallelism } from 'node:os';
import { type PreviewServer, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { status, useBrowser, visit } from './page';

useBrowser();

/** The same files from a host that sends no headers. */
let bare: PreviewServer;
let address: string;
beforeAll(async () => {
  bare = await preview({
    configFile: false,
    base: '/',
    build: { outDir: '.cache/site' },
    preview: { port: 0, host: '127.0.0.1', open: false },
    logLevel: 'warn',
  });
  const { port } = bare.httpServer.address() as { port: number };
  address = new URL(new URL(inject('address')).pathname, `http://127.0.0.1:${port}`).href;
  const { headers } = await fetch(address);
  expect(headers.get('Cross-Origin-Embedder-Policy')).toBeNull();
});
afterAll(() => bare.close());

const threads = availableParallelism() > 1 ? /in \d+ threads/ : /in one thread/;

describe('a host that sends no headers', () => {
  test('the page isolates itself by one reload, and trains', async () => {
    let loads = 0;
    const { page, foreign, errors, close } = await visit({
      address,
      quick: true,
      prepare: async (fresh) => {
        fresh.on('load', () => {
          loads++;
        });
      },
    });
    await status(page, 'training', 'done');
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(loads).toBe(2);
    expect((await page.evaluate(() => window.cofactor.device())).reason).toMatch(threads);
    // The next visit is isolated from the beginning, and what lies deeper on the host is left alone.
    await page.reload();
    await status(page, 'training', 'done');
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(loads).toBe(3);
    const script = await page.evaluate(() => document.querySelector<HTMLScriptElement>('script[src]')?.src ?? '');
    const deeper = await (await page.context().newPage()).goto(script);
    expect(await deeper?.headerValue('Cross-Origin-Embedder-Policy')).toBeNull();
    expect([foreign, errors]).toEqual([[], []]);
    await close();
  });

  test('someone who is quicker is not disturbed', async () => {
    const { page, close } = await visit({
      address,
      quick: true,
      // The service worker takes a while to come.
      prepare: (fresh) =>
        fresh.context().route(/isolation\.js/, async (route) => {
          await new Promise((resolve) => setTimeout(resolve, 2000));
          await route.continue();
        }),
    });
    const loaded = await page.evaluate(() => window.cofactor.load([new Blob(['reader,book\nann,emma\nbob,dune\n'])]));
    expect(loaded).toMatchObject({ rows: 2, columns: 2 });
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.waitForTimeout(500);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await page.getByText('ann').first().waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'WASM' }).click();
    const menu = page.getByRole('dialog', { name: 'Device' });
    await menu.getByText('In one thread; in several once the page is loaded again.').waitFor();
    await close();
  });

  test('without a service worker it works in one thread, and says why', async () => {
    const { page, close } = await visit({ address, quick: true, serviceWorkers: 'block' });
    await status(page, 'training', 'done');
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    expect((await page.evaluate(() => window.cofactor.device())).reason).toContain('in one thread');
    await page.getByRole('button', { name: 'WASM' }).click();
    await page
      .getByRole('dialog', { name: 'Device' })
      .getByText('In one thread: this host does not isolate the page.')
      .waitFor();
    await close();
  });
});

test('a host that sends the headers needs no service worker', async () => {
  const { page, close } = await visit({ quick: true });
  await status(page, 'training', 'done');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(await page.evaluate(() => navigator.serviceWorker.getRegistrations().then(({ length }) => length))).toBe(0);
  expect((await page.evaluate(() => window.cofactor.device())).reason).toMatch(threads);
  await close();
});
