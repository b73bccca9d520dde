import { chromium } from 'playwright-core';
import { chromiumFlags } from '../../../src/tooling/chromium.mjs';
import { servePage } from './page-server';
import type { Stage } from './stage';

/** Chromium, in a page that Vite serves with the headers that let threads share memory. */
export async function browserStage(executablePath: string): Promise<Stage> {
  const server = await servePage();
  // What is held is told at once, and not with the next collection of garbage.
  const args = [...chromiumFlags, '--enable-blink-features=ForceEagerMeasureMemory'];
  const browser = await chromium.launch({ executablePath, args });
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('pageerror', ({ message }) => problems.push(message));
  await page.goto(server.address);
  await page
    .waitForFunction(() => Boolean(window.bench))
    .catch((error: unknown) => {
      throw new Error(problems[0] ?? String(error));
    });
  if (!(await page.evaluate(() => crossOriginIsolated))) throw new Error('expected an isolated page, found another');
  return {
    name: `Chromium ${browser.version()}`,
    async start(row, work, threads) {
      const started = await page.evaluate(([r, w, n]) => window.bench.start(r, w, n), [row, work, threads] as const);
      if ('cannot' in started) throw new Error(started.cannot);
      const { id, sizes } = started;
      return {
        sizes,
        run: (seconds) => page.evaluate(([i, s]) => window.bench.run(i, s), [id, seconds] as const),
        notes: () => page.evaluate((i) => window.bench.notes(i), id),
        end: () => page.evaluate((i) => window.bench.end(i), id),
      };
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
