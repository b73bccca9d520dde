import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/data/random';
import { principalComponents } from '../../src/embedding/components';
import { extremes } from '../../src/embedding/extremes';

function randomVectors(entries: number, d: number): Float32Array {
  const random = new Random(9);
  // Each dimension has another spread, so that no two components are alike.
  return Float32Array.from({ length: entries * d }, (_, at) => random.normal() * (1 + (at % d)) + (at % 3));
}

/** scikit-learn's PCA by its own way: SVD of the centred samples × features, signs by `svd_flip` with U as the base. */
function sklearn(samples: Matrix) {
  const centred = samples.clone().subRowVector(samples.mean('column'));
  const svd = new SingularValueDecomposition(centred, { autoTranspose: true });
  const total = svd.diagonal.reduce((sum, value) => sum + value * value, 0);
  return svd.diagonal.map((singular, k) => {
    const u = svd.leftSingularVectors.getColumn(k);
    const largest = u.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
    const sign = Math.sign(largest);
    return {
      ratio: singular ** 2 / total,
      component: svd.rightSingularVectors.getColumn(k).map((value) => value * sign),
      scores: u.map((value) => value * sign * singular),
    };
  });
}

const rowsOf = (values: Float32Array, d: number) =>
  new Matrix(Array.from({ length: values.length / d }, (_, n) => Array.from(values.subarray(n * d, (n + 1) * d))));

const close = (found: ArrayLike<number>, expected: ArrayLike<number>, digits: number) => {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < found.length; i++) expect(found[i]).toBeCloseTo(expected[i], digits);
};

describe('principal components', () => {
  test('are those of a singular value decomposition, sign and all', async () => {
    const values = randomVectors(80, 6);
    const { variance, coordinates } = await principalComponents(values, 6, 5);
    const expected = sklearn(rowsOf(values, 6));
    close(
      variance,
      expected.slice(0, 5).map(({ ratio }) => ratio),
      9,
    );
    coordinates.forEach((along, k) => {
      close(along, expected[k].scores, 4);
    });
  });

  test('of the transpose are the components_ of PCA(k).fit(W.T)', async () => {
    const values = randomVectors(50, 7);
    const { variance, coordinates } = await principalComponents(values, 7, 3, { transposed: true });
    const expected = sklearn(rowsOf(values, 7).transpose());
    close(
      variance,
      expected.slice(0, 3).map(({ ratio }) => ratio),
      9,
    );
    coordinates.forEach((along, k) => {
      close(along, expected[k].component, 6);
      expect(Math.hypot(...along)).toBeCloseTo(1, 5);
    });
  });

  test('a planted direction is the first, and its ends are the entries planted there', async () => {
    const random = new Random(2);
    const direction = [0.6, 0, 0.8, 0];
    const values = Float32Array.from({ length: 100 * 4 }, (_, at) => {
      const entry = Math.floor(at / 4);
      return (entry - 49.5) * direction[at % 4] + 0.1 * random.normal();
    });
    const { variance, coordinates } = await principalComponents(values, 4, 1);
    expect(variance[0]).toBeGreaterThan(0.99);
    const { high, low } = extremes(coordinates[0], 3);
    expect([[...high], [...low]].toSorted((a, b) => a[0] - b[0])).toEqual([
      [0, 1, 2],
      [99, 98, 97],
    ]);
  });

  test('no more than dimensions, shares that are 1 in sum, and none for equal vectors', async () => {
    const { variance } = await principalComponents(randomVectors(30, 3), 3, 10);
    expect(variance).toHaveLength(3);
    expect(variance.reduce((a, b) => a + b)).toBeCloseTo(1, 10);
    for (const transposed of [false, true]) {
      const same = await principalComponents(new Float32Array(12).fill(2), 3, 2, { transposed });
      expect(same.variance).toEqual([0]);
      expect(same.coordinates[0].every((value) => value === 0)).toBe(true);
    }
  });

  test('one entry has no direction', async () => {
    await expect(principalComponents(new Float32Array(3), 3, 2)).rejects.toThrow(
      'expected at least two entries for components, found 1',
    );
  });
});

test('both ends of an axis, the outermost first, and no entry at both', () => {
  const coordinates = Float32Array.of(0.5, -2, 3, 0, -1);
  expect(extremes(coordinates, 2)).toEqual({ high: Int32Array.of(2, 0), low: Int32Array.of(1, 4) });
  expect(extremes(coordinates, 9)).toEqual({ high: Int32Array.of(2, 0), low: Int32Array.of(1, 4) });
});

describe('few vectors', () => {
  test('have fewer directions than they have dimensions', async () => {
    const values = randomVectors(3, 16);
    expect((await principalComponents(values, 16, 10)).variance).toHaveLength(2);
    expect((await principalComponents(values, 16, 10, { transposed: true })).variance).toHaveLength(3);
    expect((await principalComponents(randomVectors(50, 4), 4, 10, { transposed: true })).variance).toHaveLength(3);
  });

  test('that lie on a line have one direction, and so have those in one place', async () => {
    const line = Float32Array.from({ length: 40 }, (_, i) => (i % 4) * Math.floor(i / 4));
    expect((await principalComponents(line, 4, 10)).variance).toEqual([1]);
    expect((await principalComponents(new Float32Array(40).fill(2), 4, 10)).variance).toEqual([0]);
  });
});
