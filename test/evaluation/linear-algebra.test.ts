import { inverse, Matrix, solve } from 'ml-matrix';
import { expect, test } from 'vitest';
import { Random } from '../../src/data/random';
import { invertPositive, paddedSize, solvePositive } from '../../src/evaluation/linear-algebra';
import { task } from '../support/task';

/** A Aᵀ + I / 2 of a seeded random A. */
function positive(n: number, seed: number): Matrix {
  const random = new Random(seed);
  const a = new Matrix(
    Array.from({ length: n }, () => Array.from({ length: n }, () => random.normal() / Math.sqrt(n))),
  );
  return a.mmul(a.transpose()).add(Matrix.eye(n, n).mul(0.5));
}

// Below, at and above the width of a panel, and sizes that four does not divide.
test.each([1, 2, 3, 5, 63, 64, 65, 130])(
  'the inverse of a matrix of size %i is that of a general method',
  async (n) => {
    const matrix = positive(n, n);
    const stride = paddedSize(n);
    const values = new Float32Array(stride * stride);
    // Only the lower triangle is given.
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) values[i * stride + j] = matrix.get(i, j);
    await invertPositive(values, n, task());
    const expected = inverse(matrix);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) expect(values[i * stride + j]).toBeCloseTo(expected.get(i, j), 4);
    }
  },
);

test('a matrix that is not positive definite is refused', async () => {
  const values = new Float32Array(16);
  values[0] = 1;
  values[4] = 2;
  values[5] = 1;
  await expect(invertPositive(values, 2, task())).rejects.toThrow(
    'expected a positive definite matrix, found a pivot of -3',
  );
  expect(() => solvePositive(Float64Array.of(1, 0, 2, 1), Float64Array.of(1, 1), 2)).toThrow('found a pivot of -3');
});

test('Cholesky solves as a general method does', () => {
  const matrix = positive(9, 3);
  const right = Float64Array.from({ length: 9 }, (_, i) => i - 4);
  const expected = solve(matrix, Matrix.columnVector([...right])).to1DArray();
  solvePositive(Float64Array.from(matrix.to1DArray()), right, 9);
  right.forEach((x, i) => {
    expect(x).toBeCloseTo(expected[i], 10);
  });
});
