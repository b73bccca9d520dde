import { inverse, Matrix } from 'ml-matrix';
import { expect, test } from 'vitest';
import { type Csr, csrFromPairs, rowOf } from '../../src/data/csr';
import { ease, easeBytes, easeLambda, easeWeights } from '../../src/evaluation/baselines/ease';
import { ialsFactors } from '../../src/evaluation/baselines/ials';
import { itemKnn, similarColumns } from '../../src/evaluation/baselines/item-knn';
import { popular } from '../../src/evaluation/baselines/popular';
import { task } from '../support/task';
import { randomMatrix } from '../support/tiny';

// Rows: {0,1}, {0,1,2}, {0,2}, {3}.
const { matrix } = csrFromPairs(4, 4, [0, 0, 1, 1, 1, 2, 2, 3], [0, 1, 0, 1, 2, 0, 2, 3]);

test('Popular scores every column by its number of rows', async () => {
  expect([...(await popular(matrix)(Int32Array.of(3, 0)))]).toEqual([3, 2, 2, 1, 3, 2, 2, 1]);
});

test('ItemKNN similarities are the shrunk cosines worked out by hand', async () => {
  const { columns, similarities } = await similarColumns(matrix, { neighbours: 10, shrink: 1 }, task());
  // Column 0 occurs in three rows, 1 and 2 in two; 0 with 1 twice, 0 with 2 twice, 1 with 2 once.
  expect([...columns[1]]).toEqual([0, 2]);
  expect(similarities[1][0]).toBeCloseTo(2 / (Math.sqrt(6) + 1), 6);
  expect(similarities[1][1]).toBeCloseTo(1 / 3, 6);
  expect([...columns[3]]).toEqual([]);
});

test('ItemKNN keeps only the nearest columns asked for', async () => {
  const { columns } = await similarColumns(matrix, { neighbours: 1, shrink: 1 }, task());
  expect(columns.map((list) => list.length)).toEqual([1, 1, 1, 0]);
});

test('ItemKNN scores equal the matrix product written out', async () => {
  const train = randomMatrix(60, 20, 6);
  const options = { neighbours: 20, shrink: 10 };
  const scores = await itemKnn(train, await similarColumns(train, options, task()))(Int32Array.of(5, 17));
  const together = (i: number, j: number) =>
    Array.from({ length: 60 }, (_, r) => rowOf(train, r)).filter((row) => row.includes(i) && row.includes(j)).length;
  [5, 17].forEach((row, b) => {
    for (let j = 0; j < 20; j++) {
      let expected = 0;
      for (const i of rowOf(train, row)) {
        if (i !== j) expected += together(i, j) / (Math.sqrt(together(i, i) * together(j, j)) + 10);
      }
      expect(scores[b * 20 + j]).toBeCloseTo(expected, 5);
    }
  });
});

/** The matrix written out, rows × columns. */
function dense(train: Csr): Matrix {
  const written = Matrix.zeros(train.rows, train.columns);
  for (let r = 0; r < train.rows; r++) for (const c of rowOf(train, r)) written.set(r, c, 1);
  return written;
}

test('EASE of two columns worked out by hand', async () => {
  // Rows {0,1}, {0}, {1}: G = [[2 + λ, 1], [1, 2 + λ]]; P ∝ [[2 + λ, −1], [−1, 2 + λ]].
  const train = csrFromPairs(3, 2, [0, 0, 1, 2], [0, 1, 0, 1]).matrix;
  const { weights, stride } = await easeWeights(train, { lambda: 3 }, task());
  expect([weights[0], weights[stride + 1]]).toEqual([0, 0]);
  expect(weights[1]).toBeCloseTo(1 / 5, 6);
  expect(weights[stride]).toBeCloseTo(1 / 5, 6);
});

test('EASE scores equal X B with B from a general inverse', async () => {
  const train = randomMatrix(400, 150, 12);
  const x = dense(train);
  const p = inverse(x.transpose().mmul(x).add(Matrix.eye(150, 150).mul(2)));
  const b = new Matrix(150, 150);
  for (let i = 0; i < 150; i++) for (let j = 0; j < 150; j++) b.set(i, j, i === j ? 0 : -p.get(i, j) / p.get(j, j));
  const expected = x.mmul(b);
  const scores = await ease(train, await easeWeights(train, { lambda: 2 }, task()))(Int32Array.of(3, 399));
  [3, 399].forEach((row, at) => {
    for (let j = 0; j < 150; j++) expect(scores[at * 150 + j]).toBeCloseTo(expected.get(row, j), 5);
  });
});

test('the penalty of EASE is five times the mean degree of the rows that have pairs', () => {
  // Seven pairs of two rows, and an empty row.
  expect(easeLambda(csrFromPairs(3, 4, [0, 0, 0, 1, 1, 1, 1], [0, 1, 2, 0, 1, 2, 3]).matrix)).toBe(18);
});

test('EASE refuses what takes more than the memory allowed, with the numbers', async () => {
  expect(easeBytes(8000)).toBe(4 * 8000 ** 2 + 16 * 64 * 8000);
  const train = csrFromPairs(1, 9000, [0], [0]).matrix;
  await expect(easeWeights(train, {}, task())).rejects.toThrow(
    'expected at most 264 MB, found 333 MB for 9,000 columns',
  );
  await expect(easeWeights(matrix, { maximumBytes: 1000 }, task())).rejects.toThrow(RangeError);
});

test('EASE can be cancelled', async () => {
  const control = new AbortController();
  control.abort(new Error('enough'));
  const train = randomMatrix(400, 150, 12);
  await expect(easeWeights(train, {}, task({ signal: control.signal }))).rejects.toThrow('enough');
});

test('iALS ends where no factor of a row or column can be bettered alone', async () => {
  const train = randomMatrix(40, 15, 6);
  const options = { dimensions: 3, lambda: 0.7, alpha: 5, iterations: 300 };
  const { rows, columns } = await ialsFactors(train, options, 1, task());
  const x = new Matrix(Array.from({ length: 40 }, (_, r) => [...rows.slice(r * 3, r * 3 + 3)]));
  const y = new Matrix(Array.from({ length: 15 }, (_, c) => [...columns.slice(c * 3, c * 3 + 3)]));
  const p = dense(train);
  // The gradient of Σ c (p − x·y)² + λ (‖X‖² + ‖Y‖²), halved.
  const weighted = Matrix.sub(x.mmul(y.transpose()), p).mul(p.clone().mul(5).add(1));
  const ofRows = weighted.mmul(y).add(x.clone().mul(0.7));
  const ofColumns = weighted.transpose().mmul(x).add(y.clone().mul(0.7));
  expect(Math.max(...ofRows.to1DArray().map(Math.abs))).toBeLessThan(1e-4);
  expect(Math.max(...ofColumns.to1DArray().map(Math.abs))).toBeLessThan(1e-3);
  expect(x.norm()).toBeGreaterThan(1);
});

test('iALS: the same seed gives the same factors', async () => {
  const options = { dimensions: 4, lambda: 1, alpha: 5, iterations: 3 };
  const train = randomMatrix(40, 15, 6);
  const factors = await ialsFactors(train, options, 1, task());
  expect(await ialsFactors(train, options, 1, task())).toEqual(factors);
  expect((await ialsFactors(train, options, 2, task())).rows).not.toEqual(factors.rows);
});
