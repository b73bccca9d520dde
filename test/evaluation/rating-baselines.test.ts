import { expect, test } from 'vitest';
import { type Csr, csrFromPairs, rowOf } from '../../src/data/csr';
import { Random } from '../../src/data/random';
import { splitPairs } from '../../src/data/split';
import { ratingBiases } from '../../src/evaluation/rating-baselines/biased-mean';
import { globalMean } from '../../src/evaluation/rating-baselines/global-mean';
import { ratingKnn } from '../../src/evaluation/rating-baselines/rating-knn';
import {
  evaluateRatings,
  type Ratings,
  ratingErrors,
  ratingsOfPart,
  transposeRatings,
} from '../../src/evaluation/rating-error';
import { task } from '../support/task';
import { randomMatrix } from '../support/tiny';

const world = task();

/** Rows {0: 5, 1: 3}, {0: 4}, {1: 1}. */
const tiny: Ratings = {
  matrix: csrFromPairs(3, 2, [0, 0, 1, 2], [0, 1, 0, 1]).matrix,
  values: Float32Array.of(5, 3, 4, 1),
};

function randomRatings(): Ratings {
  const matrix = randomMatrix(30, 12, 8);
  const random = new Random(3);
  return { matrix, values: Float32Array.from(matrix.indices, () => 1 + random.integer(5)) };
}

test('RMSE and MAE worked out by hand', () => {
  const pairs = [
    { predicted: 3, value: 5 },
    { predicted: 4, value: 3 },
  ];
  expect(ratingErrors(pairs)).toEqual({ rmse: Math.sqrt(5 / 2), mae: 1.5, pairs: 2 });
  expect(ratingErrors([])).toBeNull();
});

test('predictions are cut to the scale of training before they are measured', async () => {
  const heldOut = { matrix: csrFromPairs(3, 2, [1, 2], [1, 0]).matrix, values: Float32Array.of(1, 4) };
  const found = await evaluateRatings({ train: tiny, heldOut }, () => Float32Array.of(-9, 9), world);
  // 1 for 1 and 5 for 4.
  expect(found).toEqual({ rmse: Math.sqrt(1 / 2), mae: 0.5, pairs: 2 });
});

test('the predictor is asked for each held-out pair by its row and column', async () => {
  const heldOut = { matrix: csrFromPairs(3, 2, [1, 2], [1, 0]).matrix, values: Float32Array.of(1, 4) };
  const asked: number[][] = [];
  await evaluateRatings(
    { train: tiny, heldOut },
    (rows, columns) => {
      rows.forEach((row, i) => {
        asked.push([row, columns[i]]);
      });
      return new Float32Array(rows.length);
    },
    world,
  );
  expect(asked).toEqual([
    [1, 1],
    [2, 0],
  ]);
});

test('exchanging rows and columns carries each rating along', () => {
  const { matrix, values } = transposeRatings(tiny);
  expect([...matrix.offsets]).toEqual([0, 2, 4]);
  expect([...matrix.indices]).toEqual([0, 1, 0, 2]);
  expect([...values]).toEqual([5, 4, 3, 1]);
});

test('the ratings of a split are those of its pairs, without those that nobody knows', () => {
  const matrix = randomMatrix(60, 20, 8);
  // Each rating tells its pair; every seventh is not known.
  const values = Float32Array.from(matrix.indices, (column, i) => (i % 7 === 3 ? Number.NaN : i + column / 100));
  const { train, trainAt, heldOut, heldOutAt } = splitPairs({ matrix, values }, { fraction: 0.3, seed: 2 });
  const parts = [ratingsOfPart(train, trainAt, values), ratingsOfPart(heldOut, heldOutAt, values)];
  let seen = 0;
  for (const part of parts) {
    forEachRating(part, (row, column, value) => {
      const at = Math.floor(value + 1e-3);
      expect(matrix.indices[at]).toBe(column);
      expect(at >= matrix.offsets[row] && at < matrix.offsets[row + 1]).toBe(true);
      seen++;
    });
  }
  expect(parts[1].values.length).toBeGreaterThan(20);
  expect(seen).toBe(values.filter((value) => !Number.isNaN(value)).length);
});

test('biases after one round are those worked out by hand', () => {
  const { mean, rows, columns } = ratingBiases(tiny, { rowPenalty: 2, columnPenalty: 1, iterations: 1 });
  expect(mean).toBe(13 / 4);
  // Column 0: (1.75 + 0.75) / (1 + 2); column 1: (−0.25 − 2.25) / (1 + 2).
  expect(columns[0]).toBeCloseTo(2.5 / 3, 12);
  expect(columns[1]).toBeCloseTo(-2.5 / 3, 12);
  // Row 0: (1.75 − 0.25) / (2 + 2); row 1: (0.75 − 2.5 / 3) / (2 + 1).
  expect(rows[0]).toBeCloseTo(1.5 / 4, 12);
  expect(rows[1]).toBeCloseTo((0.75 - 2.5 / 3) / 3, 12);
});

test('biases settle where the sum of penalised squares has its minimum', () => {
  const train = randomRatings();
  const { mean, rows, columns } = ratingBiases(train, { rowPenalty: 2, columnPenalty: 3, iterations: 500 });
  const ofRows = Array.from(rows, (bias) => 2 * bias);
  const ofColumns = Array.from(columns, (bias) => 3 * bias);
  forEachRating(train, (row, column, value) => {
    ofRows[row] -= value - mean - rows[row] - columns[column];
    ofColumns[column] -= value - mean - rows[row] - columns[column];
  });
  for (const gradient of [...ofRows, ...ofColumns]) expect(gradient).toBeCloseTo(0, 6);
});

test('neighbours of columns predict as the formula written out', async () => {
  const train = randomRatings();
  const biases = ratingBiases(train);
  const rest = new Map<string, number>();
  const expectedAt = (row: number, column: number) => biases.mean + biases.rows[row] + biases.columns[column];
  forEachRating(train, (row, column, value) => rest.set(`${row} ${column}`, value - expectedAt(row, column)));
  const similarity = (i: number, j: number) => {
    let n = 0;
    let [product, first, second] = [0, 0, 0];
    for (let row = 0; row < 30; row++) {
      const a = rest.get(`${row} ${i}`);
      const b = rest.get(`${row} ${j}`);
      if (a === undefined || b === undefined) continue;
      n++;
      product += a * b;
      first += a * a;
      second += b * b;
    }
    return n < 2 ? 0 : ((n - 1) / (n - 1 + 4)) * (product / Math.sqrt(first * second));
  };
  const predict = ratingKnn(train, { neighbours: 2, shrink: 4 }, biases);
  const rows = Uint32Array.from({ length: 360 }, (_, i) => Math.floor(i / 12));
  const columns = Uint32Array.from({ length: 360 }, (_, i) => i % 12);
  const predicted = await predict(rows, columns, world);
  let moved = 0;
  rows.forEach((row, at) => {
    const near = [...rowOf(train.matrix, row)]
      .filter((j) => j !== columns[at])
      .map((j) => ({ weight: similarity(columns[at], j), rest: rest.get(`${row} ${j}`) as number }))
      .filter(({ weight }) => weight > 0)
      .sort((a, b) => b.weight - a.weight)
      .slice(0, 2);
    const weights = near.reduce((sum, { weight }) => sum + weight, 0);
    const shift = near.reduce((sum, { weight, rest }) => sum + weight * rest, 0);
    if (weights > 0) moved++;
    expect(predicted[at]).toBeCloseTo(expectedAt(row, columns[at]) + (weights > 0 ? shift / weights : 0), 5);
  });
  expect(moved).toBeGreaterThan(100);
});

test('the mean of no rating is 0', () => {
  expect(globalMean(new Float32Array(0))).toBe(0);
  expect(globalMean(tiny.values)).toBe(13 / 4);
});

function forEachRating({ matrix, values }: Ratings, visit: (row: number, column: number, value: number) => void) {
  eachPair(matrix, (row, column, at) => visit(row, column, values[at]));
}

function eachPair(matrix: Csr, visit: (row: number, column: number, at: number) => void): void {
  for (let row = 0; row < matrix.rows; row++) {
    for (let at = matrix.offsets[row]; at < matrix.offsets[row + 1]; at++) visit(row, matrix.indices[at], at);
  }
}
