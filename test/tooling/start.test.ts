import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

test('npm start without a desktop serves the page and prints its address, and nothing of an error', async () => {
  // npm runs its scripts by a shell; nothing here can open a browser.
  const programs = mkdtempSync(join(tmpdir(), 'programs-'));
  for (const path of [process.execPath, join(dirname(process.execPath), 'npm'), '/bin/sh'])
    symlinkSync(path, join(programs, path.split('/').at(-1) as string));
  const { DISPLAY: _, NODE_ENV: __, ...environment } = process.env;
  const start = spawn('npm', ['start'], { env: { ...environment, PATH: programs }, detached: true });
  let said = '';
  try {
    const address = await new Promise<string>((resolve, reject) => {
      for (const stream of [start.stdout, start.stderr])
        stream.on('data', (chunk) => {
          said += chunk;
          const found = /Cofactor is at (http:\S+)/.exec(said)?.[1];
          if (found) resolve(found);
        });
      start.once('error', reject);
      start.once('exit', () => reject(new Error(`it ended: ${said}`)));
    });
    const page = await fetch(address);
    expect(page.status).toBe(200);
    expect(page.headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp');
    expect(await page.text()).toContain('<title>Cofactor</title>');
    // A browser that cannot be opened says so a moment later.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(start.exitCode).toBeNull();
    expect(said).not.toMatch(/ENOENT|^\s+at /m);
  } finally {
    const ended = once(start, 'exit');
    process.kill(-(start.pid as number));
    await ended;
    rmSync(programs, { recursive: true });
  }
}, 180_000);
