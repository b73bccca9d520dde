import { describe, expect, test } from 'vitest';
import { columnDegrees, has, rowOf } from '../../src/data/csr';
import type { BlockInputs } from '../../src/engines/engine';
import { type FactorSpec, PLAIN_FACTORS } from '../../src/models/factor';
import { TORCH_ADAM } from '../../src/models/optimiser';
import type { BlockSpec } from '../../src/models/training';
import { BlockSampler } from '../../src/training/block-sampler';
import { createSampler } from '../../src/training/sampler';
import { pairsOnly, type TrainingData } from '../../src/training/training-data';
import { randomMatrix } from '../support/tiny';

const MATRIX = randomMatrix(103, 50, 7);
const DATA = pairsOnly(MATRIX, randomMatrix(103, 50, 1, 8));
const MODEL: FactorSpec = {
  ...PLAIN_FACTORS,
  dimensions: 2,
  rowVector: 'pooled',
  score: 'cosine',
  loss: 'softmax',
  initializer: { kind: 'normal', scale: 1 },
  optimiser: TORCH_ADAM,
};
const BATCHES: BlockSpec = {
  kind: 'blocks',
  batchRows: 10,
  inputDropout: 0.5,
  blockColumns: 'batch',
  sampledColumns: 40,
  blocks: 'plain',
};
const blocks = (change: Partial<BlockSpec>, epoch = 0, seed = 1) => [
  ...new BlockSampler(DATA, MODEL, { ...BATCHES, ...change }, seed).epoch(epoch),
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
  const sampler = new BlockSampler(DATA, MODEL, { ...BATCHES, blockColumns: 'sampled' }, 1);
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

test('a run that asks for blocks gets them, with as many steps as the cost tells', () => {
  const batches: BlockSpec = { ...BATCHES, blocks: 'even' };
  const training = { epochs: 1, learningRate: 0.1, schedule: { kind: 'constant' }, patience: null, batches } as const;
  const sampler = createSampler(DATA, MODEL, training, 1);
  expect([...sampler.epoch(0)]).toEqual(blocks({ blocks: 'even' }));
  expect(sampler.stepsPerEpoch).toBe(10);
  expect(sampler.pairsPerStep).toBeCloseTo(MATRIX.indices.length / 10, 10);
});

test('own rows have no inputs, whatever is known of them', () => {
  const data: TrainingData = { ...DATA, rowFeatures: randomMatrix(103, 6, 3, 5) };
  const sampler = new BlockSampler(data, { ...MODEL, rowVector: 'own' }, BATCHES, 1);
  for (const { inputs } of sampler.epoch(0)) expect(inputs).toBeNull();
  expect(sampler.inputs(Int32Array.of(3), null)).toBeNull();
});

test('features of pooled rows are counted on from the last column, and stand alone for some of them', () => {
  const rowFeatures = randomMatrix(103, 6, 3, 5);
  const pooled = new BlockSampler({ ...DATA, rowFeatures }, MODEL, { ...BATCHES, inputDropout: 0 }, 1);
  let alone = 0;
  for (const { rows, inputs } of pooled.epoch(0)) {
    cellsOf(inputs).forEach((found, b) => {
      const features = [...rowOf(rowFeatures, rows[b])].map((feature) => 50 + feature);
      const whole = [...rowOf(MATRIX, rows[b]), ...features];
      if (found.length === features.length) alone++;
      expect(found).toEqual(found.length === features.length ? features : whole);
    });
  }
  // One row in five, more or less.
  expect(alone).toBeGreaterThan(8);
  expect(alone).toBeLessThan(35);
  const all = pooled.inputs(Int32Array.of(3), null);
  expect(cellsOf(all)[0]).toHaveLength(rowOf(MATRIX, 3).length + rowOf(rowFeatures, 3).length);
});

/** What each entry of a block is made of. */
function cellsOf(inputs: BlockInputs | null): number[][] {
  if (!inputs) throw new Error('expected inputs, found none');
  const cells: number[][] = [];
  inputs.pairRows.forEach((row, p) => {
    cells[row] ??= [];
    cells[row].push(inputs.columns[inputs.pairColumns[p]]);
  });
  return cells;
}
