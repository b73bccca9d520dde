import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, inject } from 'vitest';
import { chromiumFlags, chromiumPath } from '../../src/tooling/chromium.mjs';

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Addresses asked for on hosts other than the page's own. */
  readonly foreign: string[];
  /** Errors of the page and of its console. */
  readonly errors: string[];
  close(): Promise<void>;
}

interface VisitOptions {
  /** Waits until the sample's notebook has run to its end. */
  settled?: boolean;
  /** A part of the sample, a small model and map, for tests that are not about how well the sample is learned. */
  quick?: boolean;
  colorScheme?: 'light' | 'dark';
  viewport?: { width: number; height: number };
  /** Another address than that of the server all tests share. */
  address?: string;
  /** Whether the page may have a service worker. */
  serviceWorkers?: 'allow' | 'block';
  prepare?: (page: Page) => Promise<unknown>;
}

/** How many works a quick visit finds, as the page writes it. */
export const SMALL_SAMPLE = '416';

let browser: Browser | null = null;

/** One Chromium for a test file. */
export function useBrowser(flags: string[] = chromiumFlags): void {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath() ?? undefined, args: flags });
  });
  afterAll(async () => {
    await browser?.close();
    browser = null;
  });
}

export async function visit({
  settled = false,
  quick = false,
  colorScheme = 'light',
  viewport,
  address = inject('address'),
  serviceWorkers = 'allow',
  prepare,
}: VisitOptions = {}): Promise<Visit> {
  if (!browser) throw new Error('expected useBrowser() before visit()');
  const context = await browser.newContext({
    colorScheme,
    viewport: viewport ?? { width: 1280, height: 800 },
    serviceWorkers,
  });
  const page = await context.newPage();
  const foreign: string[] = [];
  const errors: string[] = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (!['blob:', 'data:'].includes(url.protocol) && url.origin !== new URL(address).origin)
      foreign.push(request.url());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  if (quick) {
    await page.addInitScript(quickModel);
    await context.route(/icons-sample.*\.gz$/, (route) => route.fulfill({ path: inject('smallSample') }));
  }
  await prepare?.(page);
  await page.goto(address);
  await page.waitForFunction(() => Boolean(window.cofactor));
  if (settled)
    for (const cell of ['dataset', 'training', 'evaluation', 'predictions', 'map']) await status(page, cell, 'done');
  return { page, context, foreign, errors, close: () => context.close() };
}

/** Runs in the page before anything else; what the page saves itself stays. */
function quickModel(): void {
  if (localStorage.getItem('cofactor.notebook')) return;
  const model = { preset: 'cofactor-default', options: { dimensions: 24, epochs: 3 } };
  localStorage.setItem('cofactor.notebook', JSON.stringify({ version: 1, model, map: { limit: 800 } }));
}

/** Ends the process of the graphics device, as a driver that fails does. */
export async function crashGpu(): Promise<void> {
  const session = await browser?.newBrowserCDPSession();
  await session?.send('Browser.crashGpuProcess').catch(() => undefined);
}

/** Waits until a cell has a state. */
export async function status(page: Page, cell: string, wanted: string, timeout = 120_000): Promise<void> {
  await page.locator(`[data-cell=${cell}][data-status=${wanted}]`).waitFor({ state: 'attached', timeout });
}

/** Drops files on the window as a hand does. */
export async function drop(page: Page, files: { name: string; bytes: Uint8Array | string }[]): Promise<void> {
  // A large file goes in through the input that the same code serves: playwright has no other way for its bytes.
  const transfer = await page.evaluateHandle(
    (list) => {
      const data = new DataTransfer();
      for (const { name, base64 } of list) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        data.items.add(new File([bytes], name));
      }
      return data;
    },
    files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') })),
  );
  for (const type of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('body', type, { dataTransfer: transfer });
}

/** Scrolls to the map, which is drawn only when it is near, and waits for its labels. */
export async function showMap(page: Page): Promise<void> {
  await page.evaluate(() => document.getElementById('cell-map')?.scrollIntoView());
  await page.locator('[data-cell=map] .annotation').first().waitFor({ timeout: 60_000 });
}

export async function fact(page: Page, id: string): Promise<string> {
  return (await page.locator(`[data-fact=${id}]`).textContent()) ?? '';
}
