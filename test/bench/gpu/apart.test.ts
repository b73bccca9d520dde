import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apart } from './apart';

let room = '';
beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), 'apart-'));
});
afterAll(() => rmSync(room, { recursive: true }));

/** What comes of a process with this program, which has the task in `task`. */
function outcome(body: string, limit = 30): Promise<unknown> {
  const program = join(room, 'program.mjs');
  writeFileSync(program, `process.once('message', (task) => { ${body} });`);
  return apart(program, 'adapter', {}, limit).catch((error: Error) => error.message);
}

test('a process answers with a result or with a reason', async () => {
  expect(await outcome('process.send({ result: task }, () => process.exit(0))')).toEqual({ kind: 'adapter' });
  expect(await outcome("process.send({ cannot: 'no driver' }, () => process.exit(0))")).toBe('no driver');
});

test('one that answers and then breaks down has answered', async () => {
  expect(await outcome("process.send({ result: 1 }, () => process.kill(process.pid, 'SIGSEGV'))")).toBe(1);
});

test('one that ends is told with its last words', async () => {
  expect(await outcome("console.error('driver: bad'); process.exit(3)")).toBe('its process ended with 3: driver: bad');
  expect(await outcome("process.kill(process.pid, 'SIGKILL')")).toMatch(/^its process ended with SIGKILL/);
});

test('one that takes too long is ended', async () => {
  expect(await outcome('setInterval(() => undefined, 1000)', 1)).toBe('took more than 1 s');
});
