import { gzipSync } from 'node:zlib';
import { type PreviewServer, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type BrowserName, browsers } from '../../src/tooling/browsers.mjs';
import { openChromium } from './browsers/chromium';
import { type CoreBrowser, waitFor } from './browsers/core-browser';
import { openFirefox } from './browsers/firefox';
import { openWebkit } from './browsers/webkit';

const found = browsers();

function open(name: BrowserName): Promise<CoreBrowser> {
  const here = found[name];
  if ('missing' in here) throw new Error(here.missing);
  switch (name) {
    case 'chromium':
      return openChromium(here.path);
    case 'firefox':
      return openFirefox(here.path);
    case 'webkit':
      return openWebkit(here.path, here.driver ?? '');
    default:
      return name satisfies never;
  }
}

/** Forty readers and their books; `first` tells files apart. */
const table = (readers: number) =>
  [
    'reader,book',
    ...Array.from({ length: 6 * readers }, (_, i) => `reader ${i % readers},book ${(i * 7 + (i >> 5)) % 25}`),
  ].join('\n');

/** The same page from a host that sends no headers, and takes its time for whatever is loaded later. */
let bare: PreviewServer;
let bareAddress = '';
/** While it lasts, that host has no page part whose address this matches. */
let missing: RegExp | null = null;
beforeAll(async () => {
  bare = await preview({
    configFile: false,
    base: '/',
    build: { outDir: '.cache/site' },
    preview: { port: 0, host: '127.0.0.1', open: false },
    logLevel: 'warn',
    plugins: [
      {
        name: 'late-parts',
        configurePreviewServer: ({ middlewares }) => {
          let parts = 0;
          // Each at another time, so that whenever the page is loaded again some are on their way.
          middlewares.use((request, response, next) => {
            if (missing?.test(request.url ?? '')) {
              response.statusCode = 404;
              response.end();
              return;
            }
            setTimeout(next, /View|\.woff2/.test(request.url ?? '') ? 40 * (parts++ % 20) : 0);
          });
        },
      },
    ],
  });
  const { port } = bare.httpServer.address() as { port: number };
  bareAddress = new URL(new URL(inject('address')).pathname, `http://127.0.0.1:${port}`).href;
});
afterAll(() => bare.close());

for (const name of ['chromium', 'firefox', 'webkit'] as const) {
  const here = found[name];
  if ('missing' in here) console.log(`The core path in ${name} is skipped: ${here.missing}.`);

  describe.skipIf('missing' in here)(`the core path in ${name}`, () => {
    let browser: CoreBrowser;
    let began = 0;
    beforeAll(async () => {
      began = performance.now();
      browser = await open(name);
    });
    afterAll(async () => {
      await browser?.close();
      console.log(`The core path in ${name} took ${((performance.now() - began) / 1000).toFixed(0)} s.`);
    });

    const status = (cell: string, wanted = 'done') =>
      waitFor(
        browser,
        `${cell} ${wanted}`,
        (...[id, state]) => document.querySelector(`[data-cell=${id}][data-status=${state}]`) !== null,
        cell,
        wanted,
      );
    const rows = (count: string) =>
      waitFor(
        browser,
        `${count} rows`,
        (wanted) => document.querySelector('[data-fact=rows]')?.textContent === wanted,
        count,
      );
    const settled = async () => {
      for (const cell of ['dataset', 'training', 'evaluation', 'predictions', 'map', 'components']) await status(cell);
    };

    test('the sample runs to its end, in as many threads as the browser lets share memory', async () => {
      // Another document of the same host keeps a small model for the page that comes after it.
      await browser.goto(new URL('favicon.svg', inject('address')).href);
      await browser.evaluate(() => {
        const model = { preset: 'cofactor-default', options: { dimensions: 24, epochs: 3 } };
        localStorage.setItem('cofactor.notebook', JSON.stringify({ version: 1, model, map: { limit: 800 } }));
      });
      await browser.goto(inject('address'));
      await rows('5,233');
      await settled();
      const device = await browser.evaluate(() => window.cofactor.device());
      const page = await browser.evaluate(() => ({
        isolated: crossOriginIsolated,
        shares: typeof SharedArrayBuffer !== 'undefined',
        cores: navigator.hardwareConcurrency,
      }));
      expect(page.isolated).toBe(true);
      expect(device).toMatchObject({
        engine: 'wasm',
        threads: page.shares ? Math.min(8, page.cores) : 1,
      });
      await browser.evaluate(() =>
        [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'WASM')?.click(),
      );
      const menu = await waitFor(
        browser,
        'the device menu',
        () => document.querySelector('dialog[aria-label=Device]')?.textContent,
      );
      await browser.evaluate(() => document.querySelector<HTMLDialogElement>('dialog[aria-label=Device]')?.close());
      const note = 'In one thread: this browser does not let threads share memory.';
      expect(menu?.includes(note)).toBe(!page.shares);
      const recall = await browser.evaluate(() =>
        Number(document.querySelector('tr[data-method=model] [data-metric=recall]')?.textContent),
      );
      expect(recall).toBeGreaterThan(0.3);
    });

    test('the map is drawn, with labels', async () => {
      await browser.evaluate(() => document.getElementById('cell-map')?.scrollIntoView());
      await waitFor(browser, 'labels', () => document.querySelectorAll('[data-cell=map] .annotation').length > 5);
      const inked = await waitFor(browser, 'points', () => {
        const counts = [...document.querySelectorAll<HTMLCanvasElement>('[data-cell=map] canvas')].map((canvas) => {
          const copy = new OffscreenCanvas(canvas.width, canvas.height);
          const pen = copy.getContext('2d');
          if (!pen || canvas.width === 0) return 0;
          pen.drawImage(canvas, 0, 0);
          const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
          return data.filter((value, i) => i % 4 === 3 && value > 0).length;
        });
        return Math.max(0, ...counts);
      });
      expect(inked).toBeGreaterThan(1000);
    });

    test.each([
      ['books.csv', '40', table(40)],
      ['books.csv.gz', '50', gzipSync(table(50))],
    ])('%s is dropped, read, learned and laid out', async (file, count, bytes) => {
      await browser.evaluate(
        (title, base64) => {
          const content = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([content], title));
          for (const type of ['dragenter', 'dragover', 'drop'])
            document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        },
        file,
        Buffer.from(bytes).toString('base64'),
      );
      await rows(count);
      await settled();
      const trained = await browser.evaluate(async () => {
        const { loss } = await window.cofactor.train({
          preset: 'cofactor-default',
          epochs: 40,
          dimensions: 8,
          seed: 3,
        });
        return [...loss];
      });
      expect(trained).toHaveLength(40);
      expect(trained[39]).toBeLessThan(trained[0]);
    });

    test('a work that is selected gets its predictions', async () => {
      await browser.evaluate(() => window.cofactor.select({ row: 'reader 7' }));
      const shown = await waitFor(browser, 'predictions of reader 7', () => {
        const cell = document.querySelector('[data-cell=predictions]:has(article[aria-label="reader 7"])');
        const list = [...(cell?.querySelectorAll('[data-list=predictions] li') ?? [])];
        return list.length > 0 && list.map(({ textContent }) => textContent ?? '');
      });
      expect(shown).toEqual(Array(shown ? shown.length : 0).fill(expect.stringMatching(/book \d+/)));
      const best = await browser.evaluate(() => window.cofactor.topK({ row: 'reader 7' }, { k: 3 }));
      expect(best).toHaveLength(3);
    });

    test('a reload goes on with the file that was dropped', async () => {
      await browser.evaluate(() => {
        Object.assign(window, { before: true });
        location.reload();
      });
      await waitFor(browser, 'another document', () => !('before' in window));
      await rows('50');
      await settled();
    });

    test('a host without headers: the page isolates itself by one reload and runs', async () => {
      await browser.goto(bareAddress);
      await waitFor(browser, 'a page that is drawn', () => document.querySelector('[data-cell]') !== null);
      // On a busy machine the service worker comes too late for this visit, and isolation waits for the next.
      if (!(await browser.evaluate(() => crossOriginIsolated))) await browser.goto(bareAddress);
      await waitFor(browser, 'an isolated page', () => crossOriginIsolated);
      await rows('5,233');
      await status('training', 'running');
      await browser.evaluate(() => window.cofactor.load([new Blob(['reader,book\nann,emma\nbob,dune\n'])]));
      await rows('2');
    });

    test('the browser reports no error and no violation of the page’s policy', async () => {
      expect(await browser.problems()).toEqual([]);
    });

    test('a part that did not come says so in one line, and comes at the next try', async () => {
      missing = /SearchBox/;
      await browser.goto(bareAddress);
      const says = (...[wanted]: [string]) =>
        [...document.querySelectorAll('[data-cell=predictions] [role=alert]')].find(({ textContent }) =>
          textContent?.includes(wanted),
        ) !== undefined;
      await waitFor(browser, 'the line', says, 'A part of this page could not be fetched from its host.');
      missing = null;
      const press = (label: string) =>
        waitFor(
          browser,
          label,
          (wanted) => {
            const buttons = document.querySelectorAll<HTMLButtonElement>('[data-cell=predictions] [role=alert] button');
            const button = [...buttons].find(({ textContent }) => textContent === wanted);
            button?.click();
            return button !== undefined;
          },
          label,
        );
      await press('Retry');
      // Firefox asks for a part that failed only in a new document.
      if (name === 'firefox') await press('Reload the page');
      await waitFor(
        browser,
        'the search box',
        () => document.querySelector('[data-cell=predictions] [role=combobox]') !== null,
      );
    });
  });
}
