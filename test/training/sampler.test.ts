import { describe, expect, test } from 'vitest';
import { columnDegrees, has, rowOf } from '../../src/data/csr';
import { type FactorSpec, TORCH_ADAM, type TrainingSpec } from '../../src/models/factor';
import { Sampler } from '../../src/training/sampler';
import { randomMatrix } from '../support/tiny';

const MATRIX = randomMatrix(103, 50, 7);
const MODEL: FactorSpec = {
  dimensions: 2,
  rowVector: 'pooled',
  score: 'cosine',
  temperature: 1,
  columnBias: false,
  loss: 'softmax',
  initialDeviation: 1,
  adam: TORCH_ADAM,
};
const TRAINING: TrainingSpec = {
  epochs: 1,
  batchRows: 10,
  learningRate: 0.1,
  schedule: 'constant',
  inputDropout: 0.5,
  blockColumns: 'batch',
  sampledColumns: 40,
  blocks: 'plain',
};
const blocks = (change: Partial<TrainingSpec>, epoch = 0, seed = 1) => [
  ...new Sampler(MATRIX, MODEL, { ...TRAINING, ...change }, seed).epoch(epoch),
];

test('an epoch has every row once, in a new order', () => {
  const rows = blocks({}).flatMap((block) => [...block.rows]);
  expect(rows.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 103 }, (_, r) => r));
  expect(blocks({}, 1).flatMap((block) => [...block.rows])).not.toEqual(rows);
});

test('even blocks are those of array_split: none dropped, sizes differ by one at most', () => {
  const sizes = blocks({ blocks: 'even' }).map(({ rows }) => rows.length);
  expect(sizes).toEqual([11, 11, 11, ...new Array(7).fill(10)]);
  expect(blocks({ blocks: 'plain' }).map(({ rows }) => rows.length)).toEqual([...new Array(10).fill(10), 3]);
});

test('fewer rows than a batch still make one even block', () => {
  expect(blocks({ blocks: 'even', batchRows: 512 }).map(({ rows }) => rows.length)).toEqual([103]);
});

test.each(['all', 'batch', 'batch-repeated', 'sampled'] as const)(
  '%s: the positives are the pairs of the rows, each once',
  (blockColumns) => {
    for (const block of blocks({ blockColumns })) {
      const found = Array.from(block.positiveRows, (b, p) => {
        const column = block.columns ? block.columns[block.positiveColumns[p]] : block.positiveColumns[p];
        expect(has(MATRIX, block.rows[b], column)).toBe(true);
        return `${b}/${column}`;
      });
      const pairs = block.rows.reduce((sum, row) => sum + rowOf(MATRIX, row).length, 0);
      expect(new Set(found).size).toBe(pairs);
      expect(found.length).toBe(pairs);
    }
  },
);

test('the batch’s columns are those of its rows, each once', () => {
  for (const { rows, columns } of blocks({ blockColumns: 'batch' })) {
    const expected = new Set([...rows].flatMap((row) => [...rowOf(MATRIX, row)]));
    expect(new Set(columns)).toEqual(expected);
    expect(columns?.length).toBe(expected.size);
  }
});

test('repeated columns come once for each row that has them, and only first copies are labelled', () => {
  const [block] = blocks({ blockColumns: 'batch-repeated' });
  const columns = block.columns as Int32Array;
  expect([...columns]).toEqual([...block.rows].flatMap((row) => [...rowOf(MATRIX, row)]));
  expect(new Set(columns).size).toBeLessThan(columns.length);
  for (const position of block.positiveColumns) expect(columns.indexOf(columns[position])).toBe(position);
});

test('sampled columns fill the block, and their log chance is that of being in it', () => {
  const sampler = new Sampler(MATRIX, MODEL, { ...TRAINING, blockColumns: 'sampled' }, 1);
  const seen = new Float64Array(50);
  const told = new Float64Array(50);
  let count = 0;
  for (let epoch = 0; epoch < 60; epoch++) {
    for (const block of sampler.epoch(epoch)) {
      if (block.rows.length < 10) continue;
      count++;
      expect(new Set(block.columns).size).toBe(Math.max(40, block.columns?.length ?? 0));
      block.columns?.forEach((column, k) => {
        seen[column]++;
        told[column] += Math.exp((block.logChance as Float32Array)[k]);
      });
    }
  }
  const degrees = columnDegrees(MATRIX);
  for (let column = 0; column < 50; column++) {
    if (degrees[column] === 0) continue;
    // The mean of what the block said of the column's chance, against how often it was there.
    expect(told[column] / seen[column]).toBeCloseTo(seen[column] / count, 0.9);
  }
});

describe('inputs of pooled rows', () => {
  test('are the row’s columns with equal weights that add up to one', () => {
    const [block] = blocks({ inputDropout: 0 });
    const { columns, pairRows, pairColumns, weights } = block.inputs as NonNullable<typeof block.inputs>;
    block.rows.forEach((row, b) => {
      const own = [...pairRows.keys()].filter((p) => pairRows[p] === b);
      expect(own.map((p) => columns[pairColumns[p]])).toEqual([...rowOf(MATRIX, row)]);
      expect(own.reduce((sum, p) => sum + weights[p], 0)).toBeCloseTo(1, 5);
    });
  });

  test('lose about the share that dropout asks for, and no row loses all', () => {
    let kept = 0;
    let all = 0;
    for (let epoch = 0; epoch < 30; epoch++) {
      for (const block of blocks({ inputDropout: 0.5 }, epoch)) {
        const { pairRows } = block.inputs as NonNullable<typeof block.inputs>;
        expect(new Set(pairRows).size).toBe(block.rows.length);
        kept += pairRows.length;
        all += block.positiveRows.length;
      }
    }
    // One in each row is spared, which lifts the half that would be left.
    const expected = 0.5 + (0.5 * 103 * 30) / all;
    expect(kept / all).toBeCloseTo(expected, 1);
  });
});

test('the same seed and epoch give the same blocks; another seed gives others', () => {
  expect(blocks({ blockColumns: 'sampled' }, 4, 9)).toEqual(blocks({ blockColumns: 'sampled' }, 4, 9));
  expect(blocks({}, 4, 9)[0].rows).not.toEqual(blocks({}, 4, 10)[0].rows);
});
