import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { asText, type CoreBrowser, fromText, waitFor } from './core-browser';
import { openDisplay } from './display';

/** WebKitGTK by WebDriver. */
export async function openWebkit(path: string, driverPath: string): Promise<CoreBrowser> {
  const display = await openDisplay();
  const port = await freePort();
  const driver = spawn(driverPath, [`--port=${port}`], {
    env: { ...process.env, DISPLAY: display.name },
    stdio: 'ignore',
  });
  const exit = once(driver, 'exit');
  const call = async (method: 'GET' | 'POST' | 'DELETE', command: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}/${command}`, { method, body: body && JSON.stringify(body) });
    const { value } = (await answer.json()) as { value: { message?: string } };
    if (!answer.ok) throw new Error(value.message);
    return value;
  };
  for (let tries = 0; ; tries++) {
    const ready = await call('GET', 'status').catch(() => null);
    if (ready) break;
    if (tries === 100) throw new Error('WebKitWebDriver did not start in ten seconds');
    await sleep(100);
  }
  const { sessionId } = (await call('POST', 'session', {
    capabilities: {
      // A page that is watched from its beginning is not waited for.
      alwaysMatch: {
        pageLoadStrategy: 'none',
        timeouts: { script: 120_000 },
        'webkitgtk:browserOptions': { binary: path, args: ['--automation'] },
      },
    },
  })) as { sessionId: string };
  const session = `session/${sessionId}`;
  await call('POST', `${session}/window/rect`, { width: 1280, height: 860 });
  const problems: string[] = [];
  const browser: CoreBrowser = {
    async goto(url) {
      await browser.evaluate(leave);
      await call('POST', `${session}/url`, { url });
      await waitFor(browser, `the document of ${url}`, arrived);
    },
    async evaluate(work, ...given) {
      const { text, error, seen } = (await call('POST', `${session}/execute/async`, {
        script: `const answer = arguments[1];
          const seen = (${watch})();
          (${asText(work)})(arguments[0]).then(
            (text) => answer({ text, seen: seen.splice(0) }),
            (error) => answer({ error: String(error), seen: seen.splice(0) }),
          );`,
        args: [JSON.stringify(given)],
      })) as { text?: string; error?: string; seen: string[] };
      problems.push(...seen);
      if (text === undefined) throw new Error(error);
      return fromText(text);
    },
    async problems() {
      await browser.evaluate(() => null);
      return problems;
    },
    async close() {
      await call('DELETE', session);
      driver.kill();
      await exit;
      display.close();
    },
  };
  return browser;
}

/** Listens, in the page, for what a browser reports: the driver knows nothing of its console. */
function watch(): string[] {
  const scope = window as unknown as { seenByTest?: string[] };
  if (scope.seenByTest) return scope.seenByTest;
  const seen: string[] = [];
  scope.seenByTest = seen;
  for (const level of ['error', 'warn'] as const) {
    const log = console[level];
    console[level] = (...told: unknown[]) => {
      seen.push(told.join(' '));
      log(...told);
    };
  }
  addEventListener('error', (event) => seen.push(event.message));
  addEventListener('unhandledrejection', (event) => seen.push(String(event.reason)));
  document.addEventListener('securitypolicyviolation', (event) =>
    seen.push(`${event.violatedDirective}: ${event.blockedURI} in ${event.sourceFile}`),
  );
  return seen;
}

function leave(): void {
  Object.assign(window, { leftByTest: true });
}

function arrived(): boolean {
  return !('leftByTest' in window) && document.readyState === 'complete';
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
