import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileKernels } from '../../src/tooling/kernels-plugin';

const SOURCE = 'src/engines/wasm/assembly';

describe('the WASM kernels', () => {
  let root = '';
  beforeAll(() => {
    // A fresh clone: the sources, and nothing compiled.
    root = mkdtempSync(join(tmpdir(), 'kernels-'));
    cpSync(resolve(SOURCE), join(root, SOURCE), { recursive: true });
    symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  test('two workers that ask for a build at once get the same bytes, compiled once', async () => {
    const [one, other] = await Promise.all([compileKernels(root, 'simd'), compileKernels(root, 'simd')]);
    expect(one.length).toBeGreaterThan(1000);
    expect(other).toEqual(one);
    expect(readdirSync(join(root, '.cache/kernels'))).toHaveLength(1);
    expect(WebAssembly.validate(Uint8Array.from(one))).toBe(true);
  });

  test('a build that does not exist is refused by name', async () => {
    await expect(compileKernels(root, 'fast')).rejects.toThrow('expected one of simd, relaxed, simd-threads');
  });
});
