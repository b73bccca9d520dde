import { expect, test } from 'vitest';
import { Random } from '../../src/data/random';
import { bootstrapInterval, comparePaired } from '../../src/evaluation/intervals';
import { task } from '../support/task';

const world = task();

/** Standard normal values with a mean added. */
function normals(n: number, mean: number, seed: number): Float64Array {
  const random = new Random(seed);
  return Float64Array.from({ length: n }, () => mean + random.normal());
}

function runOf(values: ArrayLike<number>, rows = Int32Array.from({ length: values.length }, (_, i) => i)) {
  return { rows, values };
}

test('the interval of a mean of normal values is ± 1.96 standard errors', async () => {
  const values = normals(2000, 0.3, 1);
  const mean = values.reduce((a, b) => a + b, 0) / 2000;
  const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / 2000);
  const interval = await bootstrapInterval(values, { seed: 1, draws: 4000 }, world);
  const half = (1.96 * deviation) / Math.sqrt(2000);
  expect(interval.mean).toBeCloseTo(mean, 12);
  expect(Math.abs(interval.low - (mean - half))).toBeLessThan(0.1 * half);
  expect(Math.abs(interval.high - (mean + half))).toBeLessThan(0.1 * half);
  const narrow = await bootstrapInterval(values, { seed: 1, draws: 4000, level: 0.6827 }, world);
  expect((narrow.high - narrow.low) / (2 * half)).toBeCloseTo(1 / 1.96, 1);
});

test('values that are all alike have no width, and one seed gives one interval', async () => {
  expect(await bootstrapInterval([0.25, 0.25, 0.25], { seed: 1 }, world)).toEqual({
    mean: 0.25,
    low: 0.25,
    high: 0.25,
  });
  const values = normals(50, 0, 2);
  const first = await bootstrapInterval(values, { seed: 1 }, world);
  expect(await bootstrapInterval(values, { seed: 1 }, world)).toEqual(first);
  expect(await bootstrapInterval(values, { seed: 2 }, world)).not.toEqual(first);
});

test('nine of ten intervals at 0.9 hold the true mean', async () => {
  let held = 0;
  for (let trial = 0; trial < 300; trial++) {
    const { low, high } = await bootstrapInterval(
      normals(60, 1, 100 + trial),
      { seed: 1, draws: 300, level: 0.9 },
      world,
    );
    if (low <= 1 && 1 <= high) held++;
  }
  expect(held / 300).toBeGreaterThan(0.85);
  expect(held / 300).toBeLessThan(0.95);
});

test('no row, no interval', async () => {
  await expect(bootstrapInterval([], { seed: 1 }, world)).rejects.toThrow('expected at least one row');
});

test('the p value of few rows is exact', async () => {
  // Five rows, all better: only the signs as they are and all the others are as extreme, 2 of 32.
  const better = await comparePaired(runOf([3, 4, 5, 6, 7]), runOf([2, 2, 2, 2, 2]), { seed: 1 }, world);
  expect(better.pValue).toBe(2 / 32);
  expect(better.difference.mean).toBe(3);
  expect(better.rows).toBe(5);
  // Differences 1, 2, −3: all 8 sums of signs are at least |0|.
  const even = await comparePaired(runOf([1, 2, 0]), runOf([0, 0, 3]), { seed: 1 }, world);
  expect(even.pValue).toBe(1);
  // 0.1, 0.2 and 0.3 against nothing, and seven ties that say nothing: 2 of 8.
  const ties = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5];
  const tied = await comparePaired(runOf([0.1, 0.2, 0.3, ...ties]), runOf([0, 0, 0, ...ties]), { seed: 1 }, world);
  expect(tied.pValue).toBe(2 / 8);
});

test('two runs alike differ by nothing, with p = 1', async () => {
  const values = normals(40, 0, 3);
  const same = await comparePaired(runOf(values), runOf(values), { seed: 1 }, world);
  expect(same).toEqual({ difference: { mean: 0, low: 0, high: 0 }, pValue: 1, rows: 40 });
});

test('the p value of many rows follows the normal distribution', async () => {
  // Differences with a mean of two standard errors: two-sided 0.0455.
  const raw = normals(400, 0, 4);
  const mean = raw.reduce((a, b) => a + b, 0) / 400;
  const deviation = Math.sqrt(raw.reduce((a, b) => a + (b - mean) ** 2, 0) / 400);
  const values = raw.map((value) => value - mean + (2 * deviation) / 20);
  const { pValue } = await comparePaired(
    runOf(values),
    runOf(new Float64Array(400)),
    { seed: 1, draws: 20_000 },
    world,
  );
  expect(Math.abs(pValue - 0.0455)).toBeLessThan(0.006);
});

test('a difference that no permutation reaches has p = 1 / (1 + draws), never 0', async () => {
  const { pValue, difference } = await comparePaired(
    runOf(normals(200, 5, 5)),
    runOf(normals(200, 0, 6)),
    { seed: 1, draws: 999 },
    world,
  );
  expect(pValue).toBe(1 / 1000);
  expect(difference.low).toBeGreaterThan(4);
});

test('without a difference p is below 0.1 one time in ten', async () => {
  let below = 0;
  for (let trial = 0; trial < 300; trial++) {
    const first = runOf(normals(30, 0, 1000 + trial));
    const { pValue } = await comparePaired(first, runOf(normals(30, 0, 5000 + trial)), { seed: 1, draws: 200 }, world);
    if (pValue < 0.1) below++;
  }
  expect(below / 300).toBeGreaterThan(0.05);
  expect(below / 300).toBeLessThan(0.15);
});

test('runs on other rows are refused', async () => {
  const first = runOf([1, 2], Int32Array.of(4, 7));
  await expect(comparePaired(first, runOf([1, 2], Int32Array.of(4, 8)), { seed: 1 }, world)).rejects.toThrow(
    'expected two runs on the same rows, found rows 7 and 8 at place 1',
  );
  await expect(comparePaired(first, runOf([1]), { seed: 1 }, world)).rejects.toThrow('found 2 and 1 rows');
});

test('drawing ends where it is asked to', async () => {
  const control = new AbortController();
  control.abort(new Error('enough'));
  await expect(bootstrapInterval(normals(10_000, 0, 1), { seed: 1 }, task({ signal: control.signal }))).rejects.toThrow(
    'enough',
  );
});
