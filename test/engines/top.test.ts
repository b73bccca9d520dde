import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { csrFromPairs } from '../../src/data/csr';
import { Random } from '../../src/data/random';
import type { Engine, EngineProbe, ScoredColumns, Skip } from '../../src/engines/engine';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { probeCpu } from '../../src/engines/tfjs/engine';
import { createWasmEngine } from '../../src/engines/wasm/engine';
import { loadKernels } from '../../src/engines/wasm/kernels';
import { ThreadPool } from '../../src/engines/wasm/threads';
import { startNodeThread } from '../support/threads';
import { randomMatrix } from '../support/tiny';

async function kernels(threads: number): Promise<Engine> {
  const found = await loadKernels(threads > 1);
  if (!found) throw new Error('expected WebAssembly with SIMD');
  const pool = threads > 1 ? await ThreadPool.start(threads - 1, startNodeThread) : null;
  return createWasmEngine(found, pool);
}

async function probed(probe: EngineProbe): Promise<Engine> {
  const found = await probe();
  if (!('engine' in found)) throw new Error(found.missing);
  return found.engine;
}

const ENGINES: [string, () => Promise<Engine>][] = [
  ['reference', async () => createReferenceEngine()],
  ['tfjs on cpu', () => probed(probeCpu)],
  ['wasm, one thread', () => kernels(1)],
  ['wasm, two threads', () => kernels(2)],
];

interface Example {
  readonly rows: number;
  readonly columns: number;
  readonly dimensions: number;
  /** Whole numbers, so that scores are exact and many are equal. */
  readonly whole: boolean;
  readonly bias: boolean;
}

function made({ rows, columns, dimensions, whole, bias }: Example, seed = 3) {
  const random = new Random(seed);
  const number = () => (whole ? random.integer(3) - 1 : random.normal());
  const scored: ScoredColumns = {
    dimensions,
    columns: Float32Array.from({ length: columns * dimensions }, number),
    bias: bias ? Float32Array.from({ length: columns }, number) : null,
    temperature: 2,
  };
  return { scored, u: Float32Array.from({ length: rows * dimensions }, number) };
}

/** What `top` should find, by sorting all scores of the same engine. */
async function sorted(
  engine: Engine,
  scored: ScoredColumns,
  u: Float32Array,
  k: number,
  skip: Skip | null = null,
): Promise<number[][]> {
  const scorer = engine.scorer(scored);
  const scores = await scorer.score(u);
  scorer.dispose();
  const count = scored.columns.length / scored.dimensions;
  return Array.from({ length: u.length / scored.dimensions }, (_, row) => {
    const out = new Set([...Array.from(scored.unknown ?? []), ...(skip ? skipped(skip, row) : [])]);
    return Array.from({ length: count }, (_, c) => ({ c, score: scores[row * count + c] }))
      .filter(({ c, score }) => !out.has(c) && !Number.isNaN(score))
      .sort((a, b) => b.score - a.score || a.c - b.c)
      .slice(0, k)
      .map(({ c }) => c);
  });
}

function skipped({ offsets, indices }: Skip, row: number): number[] {
  return [...indices.subarray(offsets[row], offsets[row + 1])];
}

/** Columns of each row, and the scores beside them. */
async function tops(engine: Engine, scored: ScoredColumns, u: Float32Array, k: number, skip: Skip | null = null) {
  const scorer = engine.scorer(scored);
  const { width, positions, scores } = await scorer.top(u, k, skip);
  const all = await scorer.score(u);
  scorer.dispose();
  const count = scored.columns.length / scored.dimensions;
  expect(width).toBe(Math.min(k, count));
  return Array.from({ length: u.length / scored.dimensions }, (_, row) => {
    const own = [...positions.subarray(row * width, (row + 1) * width)];
    const found = own.filter((c) => c >= 0);
    own.forEach((c, i) => {
      const score = scores[row * width + i];
      if (c < 0) expect(score).toBeNaN();
      else expect(score).toBe(all[row * count + c]);
    });
    // What is missing is missing at the end.
    expect(own.slice(found.length).every((c) => c === -1)).toBe(true);
    return found;
  });
}

describe.each(ENGINES)('the best columns: %s', (_, open) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  }, 120_000);
  afterAll(() => engine.dispose());

  test.each([
    { rows: 1, columns: 40, dimensions: 3, whole: false, bias: false },
    { rows: 7, columns: 1003, dimensions: 5, whole: false, bias: true },
    { rows: 67, columns: 300, dimensions: 33, whole: false, bias: true },
    { rows: 13, columns: 1, dimensions: 4, whole: false, bias: false },
    { rows: 5, columns: 9000, dimensions: 2, whole: true, bias: true },
    { rows: 31, columns: 777, dimensions: 4, whole: true, bias: true },
  ])('$rows rows of $dimensions numbers among $columns columns, whole: $whole', async (example) => {
    const { scored, u } = made(example);
    for (const k of [1, 10, 100]) {
      expect(await tops(engine, scored, u, k)).toEqual(await sorted(engine, scored, u, k));
    }
  });

  test('equal scores come in the order of their positions', async () => {
    const scored = { dimensions: 1, columns: new Float32Array(700).fill(1), bias: null, temperature: 1 };
    scored.columns[600] = 2;
    const [found] = await tops(engine, scored, Float32Array.of(1), 5);
    expect(found).toEqual([600, 0, 1, 2, 3]);
  });

  test('seen and unknown columns are left out', async () => {
    const example = { rows: 300, columns: 900, dimensions: 6, whole: true, bias: true };
    const { scored, u } = made(example);
    const skip = randomMatrix(300, 900, 60);
    const masked = { ...scored, unknown: [0, 5, 6, 7, 450, 899] };
    for (const k of [3, 40]) {
      const found = await tops(engine, masked, u, k, skip);
      expect(found).toEqual(await sorted(engine, masked, u, k, skip));
      found.forEach((own, row) => {
        const out = new Set([...masked.unknown, ...skipped(skip, row)]);
        expect(own.some((c) => out.has(c))).toBe(false);
      });
    }
    expect(await tops(engine, masked, u, 3)).not.toEqual(await tops(engine, masked, u, 3, skip));
  });

  test('more columns asked for than there are: all of them, less what is left out', async () => {
    const { scored, u } = made({ rows: 3, columns: 20, dimensions: 4, whole: false, bias: true });
    const skip = csrFromPairs(3, 20, [1, 1, 1, 2], [0, 7, 19, 3]).matrix;
    const found = await tops(engine, { ...scored, unknown: [4] }, u, 50, skip);
    expect(found.map((own) => own.length)).toEqual([19, 16, 18]);
    expect(found).toEqual(await sorted(engine, { ...scored, unknown: [4] }, u, 50, skip));
    const allSeen = csrFromPairs(1, 2, [0, 0], [0, 1]).matrix;
    const two = { dimensions: 1, columns: Float32Array.of(1, 2), bias: null, temperature: 1 };
    expect(await tops(engine, two, Float32Array.of(1), 2, allSeen)).toEqual([[]]);
    expect(await tops(engine, two, Float32Array.of(1), 0)).toEqual([[]]);
  });

  test('what is not a number is never among them', async () => {
    const { scored, u } = made({ rows: 8, columns: 600, dimensions: 3, whole: true, bias: true });
    for (let c = 0; c < 600; c += 4) scored.columns[3 * c + 1] = Number.NaN;
    u.fill(Number.NaN, 3, 6);
    const found = await tops(engine, scored, u, 12);
    expect(found[1]).toEqual([]);
    expect(found).toEqual(await sorted(engine, scored, u, 12));
    expect(found.flat().every((c) => c % 4 !== 0)).toBe(true);
  });

  test('one scorer answers many questions, larger and smaller ones', async () => {
    const { scored, u } = made({ rows: 1500, columns: 120, dimensions: 4, whole: false, bias: false });
    const scorer = engine.scorer(scored);
    const before = engine.liveBuffers();
    const few = await scorer.top(u.subarray(0, 12), 4, null);
    const many = await scorer.top(u, 30, randomMatrix(1500, 120, 9));
    const again = await scorer.top(u.subarray(0, 12), 4, null);
    expect(again).toEqual(few);
    expect(many.positions.length).toBe(1500 * 30);
    expect(engine.liveBuffers()).toBe(before);
    scorer.dispose();
  });
});

test('one thread and three find the same, bit by bit', async () => {
  const { scored, u } = made({ rows: 200, columns: 2100, dimensions: 17, whole: false, bias: true });
  const skip = randomMatrix(200, 2100, 30);
  const found = [];
  for (const threads of [1, 3]) {
    const engine = await kernels(threads);
    const scorer = engine.scorer(scored);
    found.push(await scorer.top(u, 25, skip), await scorer.score(u));
    scorer.dispose();
    engine.dispose();
  }
  expect(found[2]).toEqual(found[0]);
  expect(found[3]).toEqual(found[1]);
});
