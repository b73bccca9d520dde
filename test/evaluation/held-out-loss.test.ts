import { expect, test } from 'vitest';
import { csrFromPairs } from '../../src/data/csr';
import { heldOutLoss } from '../../src/evaluation/held-out-loss';
import { type FactorSpec, TORCH_ADAM } from '../../src/models/factor';
import { breathe } from '../support/tiny';

const SPEC: FactorSpec = {
  dimensions: 1,
  rowVector: 'own',
  score: 'dot',
  temperature: 1,
  columnBias: false,
  loss: 'softmax',
  initialDeviation: 1,
  adam: TORCH_ADAM,
};
// One row: trained on column 0, column 1 held out, column 2 not there.
const train = csrFromPairs(1, 3, [0], [0]).matrix;
const heldOut = csrFromPairs(1, 3, [0], [1]).matrix;
const scorer = { score: async () => Float32Array.of(9, 1, 2) };

test('softmax: the training pair is left out of the comparison', async () => {
  const held = await heldOutLoss({ model: SPEC, train, heldOut, seed: 1 }, scorer, breathe);
  expect(held?.loss).toBeCloseTo(Math.log(1 + Math.E), 6);
});

test('cross-entropy: only columns that occur among the rows count, the training pair not', async () => {
  const held = await heldOutLoss({ model: { ...SPEC, loss: 'bce' }, train, heldOut, seed: 1 }, scorer, breathe);
  expect(held?.loss).toBeCloseTo(Math.log(1 + Math.exp(-1)), 6);
});
