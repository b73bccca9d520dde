import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

/** Flags under which Chromium offers WebGPU (in software where there is no GPU) and asks nothing of the network. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--enable-unsafe-swiftshader',
];

const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** A Chromium for the tests: the one that CHROMIUM_PATH names, an installed one, Playwright's own; or null. */
export function chromiumPath() {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (existsSync(given)) return given;
    throw new Error(`expected a Chromium at CHROMIUM_PATH, found nothing at ${given}`);
  }
  const own = safely(() => chromium.executablePath());
  return [...installed, own].find((path) => path && existsSync(path)) ?? null;
}

/** The same, after installing Debian's package or Playwright's browser where none is there. */
export function requireChromium() {
  const found = chromiumPath();
  if (found) return found;
  const attempts = [
    ['apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], () => process.getuid?.() === 0],
    [process.execPath, ['node_modules/playwright-core/cli.js', 'install', 'chromium'], () => true],
  ];
  for (const [command, args, allowed] of attempts) {
    if (!allowed()) continue;
    console.log(`No Chromium found. Trying: ${command} ${args.join(' ')}`);
    safely(() => {
      if (command === 'apt-get') execFileSync('apt-get', ['update'], { stdio: 'inherit' });
      execFileSync(command, args, { stdio: 'inherit' });
    });
    const path = chromiumPath();
    if (path) return path;
  }
  throw new Error(
    'The tests need Chromium and none could be found or installed. Install Chrome or Chromium, or set CHROMIUM_PATH to its program.',
  );
}

function safely(action) {
  try {
    return action();
  } catch (error) {
    console.error(String(error));
    return null;
  }
}
