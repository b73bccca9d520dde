import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keep, keptLines } from '../kept';
import { assertAllowed, isImitated } from './adapter';
import { gpuOptionsOf } from './options';
import { rowsOnGpu } from './rows';

const H200 = {
  vendor: 'nvidia',
  architecture: 'hopper',
  device: 'nvidia-h200',
  description: 'NVIDIA: 550.54.15',
  isFallbackAdapter: false,
};
const SWIFTSHADER = {
  vendor: 'google',
  architecture: 'swiftshader',
  device: 'swiftshader-device-subzero-',
  description: 'SwiftShader driver 5.0.0',
  isFallbackAdapter: true,
};
const LLVMPIPE = {
  vendor: 'mesa',
  architecture: '',
  device: 'llvmpipe-llvm-15-0-6-256-bits-',
  description: 'Mesa 22.3.6',
  isFallbackAdapter: false,
};

describe('an imitated graphics processor', () => {
  test('is known by its flag, and by its name where it has no flag', () => {
    expect([H200, SWIFTSHADER, LLVMPIPE].map(isImitated)).toEqual([false, true, true]);
    expect(isImitated({ ...H200, isFallbackAdapter: true })).toBe(true);
  });

  test('is refused unless asked for', () => {
    expect(() => assertAllowed(LLVMPIPE, false)).toThrow(
      /^expected a graphics processor, found one imitated in software \(mesa llvmpipe\S+, “Mesa 22\.3\.6”, isFallbackAdapter false\)/,
    );
    assertAllowed(LLVMPIPE, true);
    assertAllowed(H200, false);
  });
});

describe('the command line', () => {
  test('all rows, five turns, a file beside whoever calls', () => {
    const { rows, turns, kept, software, results } = gpuOptionsOf([]);
    expect(rows.map(({ id }) => id)).toEqual(['T', 'K', 'W', 'default', 'MF', 'growth', 'size']);
    expect([turns.runs, kept, software, results]).toEqual([5, true, false, 'bench-gpu.json']);
  });

  test('rows and words in any order; a later file counts', () => {
    const words = ['--results', 'a.json', '--software', 'K', '--quick', 'T', '--results', 'b.json'];
    expect(gpuOptionsOf(words)).toMatchObject({
      rows: [{ id: 'T' }, { id: 'K' }],
      turns: { runs: 1 },
      kept: false,
      software: true,
      results: 'b.json',
    });
  });

  test('says what it expected', () => {
    expect(() => gpuOptionsOf(['--fast'])).toThrow(
      'expected one of --quick, --runs, --software, --results, found “--fast”',
    );
    expect(() => gpuOptionsOf(['T', '--results'])).toThrow('expected a file after --results, found “”');
    expect(() => gpuOptionsOf(['Z'])).toThrow('expected a row of T, K, W, default, MF, growth, size, found “Z”');
  });
});

test.each(rowsOnGpu(false))(
  'row $id: each work beside PyTorch and beside the same by stock tfjs',
  ({ works, lines }) => {
    const own = new Set<string>();
    for (const { own: work, peer } of lines(4)) {
      expect(Object.keys(works)).toContain(work.work);
      own.add(work.work);
      if (peer?.kind === 'torch') {
        expect(peer).toMatchObject({ name: 'PyTorch, 4 threads', sizesOf: work.work, threads: 4 });
        expect(existsSync(`test/bench/peers/${peer.program}`)).toBe(true);
      } else expect(peer).toMatchObject({ kind: 'work', work: `${work.work} by stock tfjs` });
    }
    expect(Object.keys(works)).toHaveLength(2 * own.size);
    expect(lines(4)).toHaveLength(2 * own.size);
  },
);

test('PyTorch goes by its device', () => {
  const peers = rowsOnGpu(true).flatMap(({ lines }) => lines(4).flatMap(({ peer }) => (peer ? [peer] : [])));
  expect(new Set(peers.map(({ name }) => name))).toEqual(new Set(['PyTorch, CUDA', 'stock tfjs, webgpu']));
});

test('results are kept where they are asked for: those of other rows stay, those of another machine go', () => {
  const room = mkdtempSync(join(tmpdir(), 'kept-'));
  try {
    const file = join(room, 'folder/results.json');
    const line = { own: 1, peer: 2, ratio: 2 };
    expect(keptLines('one', file)).toEqual({});
    keep({ machine: 'one', load: [0, 1], lines: { T: line } }, file);
    keep({ machine: 'one', load: [0, 1], lines: { K: line } }, file);
    expect(keptLines('one', file)).toEqual({ T: line, K: line });
    expect(keptLines('other', file)).toEqual({});
    keep({ machine: 'other', load: [0, 1], lines: { W: line } }, file);
    expect(keptLines('other', file)).toEqual({ W: line });
  } finally {
    rmSync(room, { recursive: true });
  }
});
