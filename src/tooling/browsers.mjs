import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromiumPath } from './chromium.mjs';

/**
 * The browsers that the core path is tested in, each with the programs that it takes or, in words, what is missing.
 * FIREFOX_PATH names another Firefox.
 */
export function browsers() {
  const chromium = chromiumPath();
  const firefox = process.env.FIREFOX_PATH ?? program('firefox-esr') ?? program('firefox');
  const driver = program('WebKitWebDriver');
  const miniBrowser = miniBrowserPath();
  // Without one Firefox has no WebGL, and WebKitGTK does not start.
  const display = process.env.DISPLAY || program('Xvfb');
  const dark = { missing: 'there is no display and no Xvfb to stand in for one (Debian: xvfb)' };
  return {
    chromium: chromium ? { path: chromium } : { missing: 'no Chromium was found (Debian: chromium)' },
    firefox: !firefox ? { missing: 'no Firefox was found (Debian: firefox-esr)' } : display ? { path: firefox } : dark,
    webkit:
      !driver || !miniBrowser
        ? { missing: 'no WebKitWebDriver with its MiniBrowser was found (Debian: webkit2gtk-driver)' }
        : display
          ? { path: miniBrowser, driver }
          : dark,
  };
}

/** Where a program lies that the system finds by its name, or null. */
function program(name) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** The browser that WebKitWebDriver drives lies in a folder of its library. */
function miniBrowserPath() {
  const machine = { x64: 'x86_64', arm64: 'aarch64' }[process.arch] ?? process.arch;
  const folders = [`/usr/lib/${machine}-linux-gnu`, '/usr/lib', '/usr/lib64', '/usr/libexec'];
  const versions = ['webkitgtk-6.0', 'webkit2gtk-4.1', 'webkit2gtk-4.0'];
  const paths = folders.flatMap((folder) => versions.map((version) => join(folder, version, 'MiniBrowser')));
  return paths.find((path) => existsSync(path)) ?? null;
}
