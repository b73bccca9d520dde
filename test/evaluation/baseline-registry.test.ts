import { describe, expect, test } from 'vitest';
import { baselineById, baselines, ratingBaselines } from '../../src/evaluation/baseline-registry';
import { type Ratings, rowsOfPairs } from '../../src/evaluation/rating-error';
import { scorerOf } from '../support/factors';
import { task } from '../support/task';
import { randomMatrix } from '../support/tiny';

const world = { ...task(), seed: 1 };
const matrix = randomMatrix(120, 40, 9);

test('baselines come in their order, and an unknown one is named with those there are', () => {
  expect(baselines.map(({ id }) => id)).toEqual(['popular', 'itemKnn', 'ease', 'ials']);
  expect(ratingBaselines.map(({ id }) => id)).toEqual(['globalMean', 'biasedMean', 'ratingKnn']);
  expect(baselineById('ease').title).toBe('EASE');
  expect(() => baselineById('nope')).toThrow('expected a baseline of popular, itemKnn, ease, ials, found “nope”');
});

// The contract: what every baseline owes, found by walking the registry.
describe.each(baselines.map((baseline) => [baseline.id, baseline] as const))('%s', (_, baseline) => {
  test('scores every column of the rows asked for, each row as if it were alone, and again the same', async () => {
    const scorer = scorerOf(await baseline.fit(matrix, world));
    const together = (await scorer(Int32Array.of(5, 80))).slice();
    expect(together.length).toBe(80);
    expect(together.every(Number.isFinite)).toBe(true);
    expect(new Set(together).size).toBeGreaterThan(5);
    expect((await scorer(Int32Array.of(80))).slice()).toEqual(together.slice(40));
    expect(await scorerOf(await baseline.fit(matrix, world))(Int32Array.of(5, 80))).toEqual(together);
  });

  test('tells what it costs, in one line what it does, and does it here', () => {
    const { bytes, operations, refused } = baseline.cost(matrix);
    expect(bytes).toBeGreaterThan(0);
    expect(operations).toBeGreaterThan(0);
    expect(refused).toBeNull();
    expect(baseline.summary).toMatch(/^[A-Z].{10,110}\.$/);
    expect(baseline.title).not.toBe('');
  });

  test('what it refuses before it refuses to fit, for the same reason', async () => {
    const { refused } = baseline.cost(matrix, 10);
    if (refused === null)
      expect(scorerOf(await baseline.fit(matrix, { ...world, maximumBytes: 10 }))).toBeTypeOf('function');
    else await expect(baseline.fit(matrix, { ...world, maximumBytes: 10 })).rejects.toThrow(refused);
  });
});

describe.each(ratingBaselines.map((baseline) => [baseline.id, baseline] as const))('%s', (_, baseline) => {
  test('predicts every pair on the scale of the ratings, and again the same', async () => {
    const train: Ratings = { matrix, values: Float32Array.from(matrix.indices, (column, i) => 1 + ((column + i) % 5)) };
    const rows = rowsOfPairs(matrix);
    const predict = await baseline.fit(train, world);
    const predicted = await predict(rows, matrix.indices, world);
    expect(predicted.length).toBe(matrix.indices.length);
    for (const value of predicted) expect(value > 0 && value < 6).toBe(true);
    expect(await (await baseline.fit(train, world))(rows, matrix.indices, world)).toEqual(predicted);
  });
});
