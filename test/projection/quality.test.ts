import { expect, test } from 'vitest';
import { Random } from '../../src/data/random';
import { projectionQuality } from '../../src/projection/quality';

test('a map of planar points that leaves them in place is perfect', () => {
  const random = new Random(1);
  const x = Float32Array.from({ length: 60 }, () => random.normal());
  const y = Float32Array.from({ length: 60 }, () => random.normal());
  const values = Float32Array.from({ length: 120 }, (_, i) => (i % 2 ? y : x)[i >> 1]);
  expect(projectionQuality(values, 2, { x, y }, random)).toEqual({
    neighbours: 10,
    kept: 1,
    trustworthiness: 1,
    continuity: 1,
    points: 60,
  });
});

test('by hand: five points on a line, the last of which the map puts first', () => {
  // In space 0 1 2 3 4; in the plane point 4 stands at −0.9. The nearest one: of 0 it is 1 → 4, at rank 4, three too
  // far; of 4 it is 3 → 0, at rank 4. The others keep theirs: 1 → 0, 2 → 1 and 3 → 2 by the lower position.
  const values = Float32Array.of(0, 1, 2, 3, 4);
  const map = { x: Float32Array.of(0, 1, 2, 3, -0.9), y: new Float32Array(5) };
  const quality = projectionQuality(values, 1, map, new Random(1), 1);
  // Worst: n k (2n − 3k − 1) / 2 = 5 · 1 · 6 / 2 = 15.
  expect(quality.kept).toBeCloseTo(3 / 5, 12);
  expect(quality.trustworthiness).toBeCloseTo(1 - 6 / 15, 12);
  // Torn apart: 0 from 1, now second nearest, one too far; 4 from 3, now fourth, three too far.
  expect(quality.continuity).toBeCloseTo(1 - 4 / 15, 12);
});

test('a map drawn at random keeps next to nothing', () => {
  const random = new Random(2);
  const values = Float32Array.from({ length: 300 * 8 }, () => random.normal());
  const axis = () => Float32Array.from({ length: 300 }, () => random.normal());
  const { kept, trustworthiness } = projectionQuality(values, 8, { x: axis(), y: axis() }, random);
  expect(kept).toBeLessThan(0.08);
  expect(trustworthiness).toBeGreaterThan(0.4);
  expect(trustworthiness).toBeLessThan(0.6);
});

test('the quality of a large map is measured on some of its points, about as all of them would', () => {
  const random = new Random(3);
  const count = 1500;
  const values = Float32Array.from({ length: count * 3 }, () => random.normal());
  const map = {
    x: Float32Array.from({ length: count }, (_, n) => values[n * 3]),
    y: Float32Array.from({ length: count }, (_, n) => values[n * 3 + 1]),
  };
  const one = projectionQuality(values, 3, map, new Random(1));
  const other = projectionQuality(values, 3, map, new Random(2));
  expect(one.points).toBe(500);
  expect(Math.abs(one.trustworthiness - other.trustworthiness)).toBeLessThan(0.01);
  expect(projectionQuality(values, 3, map, new Random(1))).toEqual(one);
});

test('two points have no quality', () => {
  const two = { x: new Float32Array(2), y: new Float32Array(2) };
  expect(() => projectionQuality(new Float32Array(4), 2, two, new Random(1))).toThrow(
    'expected at least three points for the quality of a map, found 2',
  );
});
