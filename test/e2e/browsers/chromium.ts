import { chromium } from 'playwright-core';
import { chromiumFlags } from '../../../src/tooling/chromium.mjs';
import { asText, type CoreBrowser, fromText } from './core-browser';

/** Chromium by Playwright. */
export async function openChromium(path: string): Promise<CoreBrowser> {
  const browser = await chromium.launch({ executablePath: path, args: chromiumFlags });
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    // A document without an icon of its own has the host asked for one.
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico')) problems.push(message.text());
  });
  const inspector = await page.context().newCDPSession(page);
  inspector.on('Audits.issueAdded', ({ issue }) => {
    if (issue.code === 'ContentSecurityPolicyIssue') problems.push(JSON.stringify(issue.details));
  });
  await inspector.send('Audits.enable');
  return {
    async goto(address) {
      await page.goto(address);
    },
    async evaluate(work, ...given) {
      return fromText(await page.evaluate(`(${asText(work)})(${JSON.stringify(JSON.stringify(given))})`));
    },
    problems: async () => problems,
    close: () => browser.close(),
  };
}
