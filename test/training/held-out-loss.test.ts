import { expect, test } from 'vitest';
import { csrFromPairs } from '../../src/data/csr';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { type FactorSpec, PLAIN_FACTORS } from '../../src/models/factor';
import { TORCH_ADAM } from '../../src/models/optimiser';
import type { BlockSpec, PairSpec, TrainingSpec } from '../../src/models/training';
import { heldOutMeasure } from '../../src/training/held-out-loss';
import { initialState } from '../../src/training/initial-state';
import { engineDataOf, pairsOnly, type TrainingData } from '../../src/training/training-data';
import { task } from '../support/task';
import { randomMatrix } from '../support/tiny';

const SPEC: FactorSpec = {
  ...PLAIN_FACTORS,
  dimensions: 1,
  loss: 'softmax',
  initializer: { kind: 'normal', scale: 1 },
  optimiser: TORCH_ADAM,
};
const BLOCKS: BlockSpec = {
  kind: 'blocks',
  batchRows: 1,
  inputDropout: 0,
  blockColumns: 'batch',
  sampledColumns: 0,
  blocks: 'plain',
};
const PAIRS: PairSpec = {
  kind: 'pairs',
  batchPairs: 1,
  order: 'shuffle',
  target: 'one',
  repeats: false,
  negatives: null,
};
// One row: trained on column 0, column 1 held out, column 2 not there.
const DATA = pairsOnly(csrFromPairs(1, 3, [0], [0]).matrix, csrFromPairs(1, 3, [0], [1]).matrix);

/** What is measured of a model whose rows all have these scores. */
async function measured(
  model: FactorSpec,
  batches: TrainingSpec['batches'],
  scores: readonly number[],
  data: TrainingData = DATA,
) {
  const state = initialState(model, data.train.rows, 3, 1);
  state.tables[0].values.fill(1);
  state.tables[1].values.set(scores);
  const trainer = createReferenceEngine().create(model, state, engineDataOf(data));
  const training = { epochs: 1, learningRate: 1, schedule: { kind: 'constant' }, patience: null, batches } as const;
  return heldOutMeasure(data, model, training, 1)?.(trainer, task<never>());
}

test('softmax: the training pair is left out of the comparison', async () => {
  const held = await measured(SPEC, BLOCKS, [9, 1, 2]);
  expect(held?.loss).toBeCloseTo(Math.log(1 + Math.E), 6);
  expect(held?.metric).toBeNull();
});

test('cross-entropy: only columns that occur among the rows count, the training pair not', async () => {
  const held = await measured({ ...SPEC, loss: 'bce' }, BLOCKS, [9, 1, 2]);
  expect(held?.loss).toBeCloseTo(Math.log(1 + Math.exp(-1)), 6);
});

test('values: squared and absolute error of the held-out ratings, after the range', async () => {
  const batches: PairSpec = { ...PAIRS, target: 'value' };
  const data = { ...DATA, trainValues: Float32Array.of(1), heldOutValues: Float32Array.of(4) };
  const plain = await measured({ ...SPEC, loss: 'mse' }, batches, [9, 1, 2], data);
  expect([plain?.loss, plain?.metric]).toEqual([9, 3]);
  const prediction = 5 / (1 + Math.exp(-1));
  const ranged = await measured({ ...SPEC, loss: 'mse', range: [0, 5] }, batches, [9, 1, 2], data);
  expect(ranged?.loss).toBeCloseTo((4 - prediction) ** 2, 5);
  expect(ranged?.metric).toBeCloseTo(4 - prediction, 5);
});

test('pairs told from others: the held-out pair with its negatives, none of them a training pair', async () => {
  const batches: PairSpec = {
    ...PAIRS,
    negatives: { perPositive: 3, draw: 'column', by: 'uniform', reject: true, target: 0 },
  };
  // Another row has the columns that row 0 has not, so that they are there to be drawn.
  const train = csrFromPairs(2, 3, [0, 1, 1], [0, 1, 2]).matrix;
  const data = pairsOnly(train, csrFromPairs(2, 3, [0], [1]).matrix);
  const held = await measured({ ...SPEC, loss: 'bce' }, batches, [9, 1, 1], data);
  expect(held?.loss).toBeCloseTo((Math.log1p(Math.exp(-1)) + 3 * Math.log1p(Math.E)) / 4, 6);
  expect(held?.metric).toBe(0.25);
});

test.each(['bpr', 'softmax'] as const)('%s: the held-out pair against its own negatives', async (loss) => {
  const batches: PairSpec = {
    ...PAIRS,
    negatives: { perPositive: 8, draw: 'column', by: 'uniform', reject: true, target: 0 },
  };
  // Row 0 has column 0 in training: 1 and 2 are left for its negatives.
  const train = csrFromPairs(2, 3, [0, 1, 1], [0, 1, 2]).matrix;
  const data = pairsOnly(train, csrFromPairs(2, 3, [0], [1]).matrix);
  // Both score 1: every negative is equal to the pair.
  const level = await measured({ ...SPEC, loss }, batches, [9, 1, 1], data);
  expect(level?.loss).toBeCloseTo(loss === 'bpr' ? Math.LN2 : Math.log(9), 6);
  expect(level?.metric).toBe(0);
  // Column 2 scores 0: with n of the negatives drawn there, those lie below the pair by 1.
  const held = await measured({ ...SPEC, loss }, batches, [9, 1, 0], data);
  const n = Math.round(8 * (held?.metric as number));
  const expected =
    loss === 'bpr' ? (n * Math.log1p(Math.exp(-1)) + (8 - n) * Math.LN2) / 8 : Math.log(9 - n + n * Math.exp(-1));
  expect(held?.loss).toBeCloseTo(expected, 6);
  expect([0, 8]).not.toContain(n);
});

test('more held-out pairs than are scored at once are scored in whole groups', async () => {
  const batches: PairSpec = {
    ...PAIRS,
    negatives: { perPositive: 6, draw: 'column', by: 'uniform', reject: false, target: 0 },
  };
  const data = pairsOnly(randomMatrix(900, 3, 1, 2), randomMatrix(900, 3, 2, 9));
  expect(data.heldOut.indices.length * 7).toBeGreaterThan(4096 * 2);
  // All scores are equal: each pair is as good as its negatives, wherever the parts end.
  const held = await measured({ ...SPEC, loss: 'bpr' }, batches, [1, 1, 1], data);
  expect(held?.loss).toBeCloseTo(Math.LN2, 6);
  const share = await measured({ ...SPEC, loss: 'softmax' }, batches, [1, 1, 1], data);
  expect(share?.loss).toBeCloseTo(Math.log(7), 6);
});

test('a cosine to ±1: the negatives should be −1', async () => {
  const batches: PairSpec = {
    ...PAIRS,
    negatives: { perPositive: 1, draw: 'pair', by: 'uniform', reject: true, target: -1 },
  };
  const held = await measured({ ...SPEC, score: 'cosine', loss: 'mse' }, batches, [9, 4, 2]);
  // Every cosine of one number is 1: right for the pair, two too high for the negative.
  expect([held?.loss, held?.metric]).toEqual([2, 1]);
});

test('nothing held out, nothing measured', () => {
  const nothing = pairsOnly(DATA.train, csrFromPairs(1, 3, [], []).matrix);
  const training = { epochs: 1, learningRate: 1, schedule: { kind: 'constant' }, patience: null } as const;
  for (const batches of [BLOCKS, PAIRS]) {
    expect(heldOutMeasure(nothing, SPEC, { ...training, batches }, 1)).toBeNull();
  }
});

test('the same pairs are scored after each epoch and by each run of a seed', async () => {
  const data = pairsOnly(randomMatrix(1, 3, 1, 2), randomMatrix(1, 3, 2, 9));
  const batches: PairSpec = {
    ...PAIRS,
    negatives: { perPositive: 7, draw: 'pair', by: 'popularity', reject: false, target: 0 },
  };
  const model: FactorSpec = { ...SPEC, loss: 'bce' };
  const once = await measured(model, batches, [0.3, -2, 1], data);
  expect(await measured(model, batches, [0.3, -2, 1], data)).toEqual(once);
});
