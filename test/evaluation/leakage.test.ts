import { expect, test } from 'vitest';
import { type Csr, csrFromPairs } from '../../src/data/csr';
import { splitPairs } from '../../src/data/split';
import { leakage } from '../../src/evaluation/leakage';
import { randomMatrix } from '../support/tiny';

/** A matrix of 4 rows × 12 columns from pairs. */
function matrixOf(...pairs: [number, number][]): Csr {
  return csrFromPairs(
    4,
    12,
    pairs.map(([row]) => row),
    pairs.map(([, column]) => column),
  ).matrix;
}

const train = matrixOf([0, 0], [0, 1], [1, 1], [1, 2], [2, 0], [3, 2]);
const heldOut = matrixOf([0, 2], [1, 0]);

test('an honest split has nothing to tell', () => {
  expect(leakage({ train, heldOut, excludeSeen: true })).toEqual([]);
  const split = splitPairs({ matrix: randomMatrix(400, 60, 14) }, { fraction: 0.2, minimumDegree: 3, seed: 1 });
  expect(leakage({ ...split, excludeSeen: true })).toEqual([]);
  expect(leakage({ train, heldOut: matrixOf(), excludeSeen: true })).toEqual([]);
});

test('the training pairs as test are refused, and so is looking for what is never shown', () => {
  expect(leakage({ train, heldOut: train, excludeSeen: false })[0]).toEqual({
    severity: 'refuse',
    text: 'All 6 test pairs are also in training: this would measure memory, not prediction.',
  });
  expect(leakage({ train, heldOut: train, excludeSeen: true })[0]).toEqual({
    severity: 'refuse',
    text: 'All 6 test pairs are also in training, and what a {row} has in training is never shown: they cannot be found.',
  });
});

test('a leak made on purpose is told, not refused', () => {
  const split = splitPairs({ matrix: randomMatrix(400, 60, 14) }, { fraction: 0.2, minimumDegree: 3, leak: true });
  const found = leakage({ ...split, excludeSeen: false });
  expect(found.map(({ severity }) => severity)).toEqual(['warn']);
  expect(found[0].text).toMatch(/^All [\d,]+ test pairs are also in training, on purpose/);
});

test('some test pairs in training are counted', () => {
  const [leak, ...rest] = leakage({ train, heldOut: matrixOf([0, 0], [0, 2], [1, 0]), excludeSeen: true });
  expect(leak.severity).toBe('warn');
  expect(leak.text).toMatch(/^1 of 3 test pairs is also in training, and .* they cannot be found\.$/);
  expect(rest).toEqual([]);
  const [high, seen] = leakage({ train, heldOut: matrixOf([0, 0], [0, 2]), excludeSeen: false });
  expect(high.text).toMatch(/^1 of 2 .* too high/);
  expect(seen.text).toMatch(/Lists may show what a {row} has in training again/);
});

test('test pairs that come twice are counted', () => {
  const doubled = { ...heldOut, offsets: Uint32Array.of(0, 2, 3, 3, 3), indices: Uint32Array.of(2, 2, 0) };
  expect(leakage({ train, heldOut: doubled, excludeSeen: true }).map(({ text }) => text)).toEqual([
    '1 test pair repeats another and counts again.',
  ]);
});

test('rows that are copies of each other are told of, if they are not few', () => {
  const row = (r: number, ...columns: number[]): [number, number][] => columns.map((column) => [r, column]);
  const copied = {
    train: matrixOf(...row(0, 1, 2, 3), ...row(1, 0, 1, 2, 3), ...row(2, 0, 1, 2), ...row(3, 5)),
    heldOut: matrixOf([0, 0], [2, 5]),
    excludeSeen: true,
  };
  expect(leakage(copied).map(({ text }) => text)).toEqual([
    '1 of 2 tested {rows} have exactly the {columns} of another {row}: the test pairs can be copied from there.',
  ]);
});

test('columns and rows without training are counted', () => {
  const found = leakage({
    train: matrixOf([0, 0], [1, 1]),
    heldOut: matrixOf([0, 7], [0, 1], [3, 0]),
    excludeSeen: true,
  });
  expect(found.map(({ text }) => text)).toEqual([
    '1 test pair is of {columns} without a pair in training: the model cannot learn them.',
    '1 tested {rows} have no pair in training: they all get the same list.',
  ]);
});

test('a test without low values, where training has them, is told of', () => {
  const matrix = randomMatrix(400, 60, 14);
  const values = Float32Array.from(matrix.indices, (_, i) => 1 + (i % 5));
  const split = splitPairs({ matrix, values }, { fraction: 0.3, minimumDegree: 3, minimumTestValue: 4 });
  const found = leakage({ ...split, excludeSeen: true });
  expect(found.map(({ severity }) => severity)).toEqual(['warn']);
  expect(found[0].text).toMatch(/^[\d,]+ pairs of a low value were taken from the test, but training has such pairs/);
});

test('matrices of other shapes are refused', () => {
  const other = csrFromPairs(3, 12, [0], [2]).matrix;
  expect(leakage({ train, heldOut: other, excludeSeen: true })).toEqual([
    {
      severity: 'refuse',
      text: 'Training and test do not belong together: expected the same shape, found 4 × 12 and 3 × 12.',
    },
  ]);
});
