import { type Csr, columnDegrees, rowDegrees, rowOf, transpose } from '../../data/csr';
import { Random } from '../../data/random';
import { checkpoint, type TaskContext } from '../../task';
import type { Baseline } from '../baseline';
import { factorPositive, solveFactored, solvePositive } from '../linear-algebra';
import type { Factors } from '../scorer';

export interface IalsOptions {
  readonly dimensions: number;
  /** Weight of the penalty on the squares of the factors. */
  readonly lambda: number;
  /** Weight of a pair that is there, above the 1 of every pair: c = 1 + α. */
  readonly alpha: number;
  /** Times that both sides are solved for. */
  readonly iterations: number;
}

/** One choice for few long rows (ratings) and many short ones (subjects); each alone could be a little better. */
export const IALS_DEFAULTS: IalsOptions = { dimensions: 64, lambda: 60, alpha: 20, iterations: 8 };

/**
 * Implicit alternating least squares (Hu, Koren and Volinsky, 2008): minimises
 * Σ c_ui (p_ui − ⟨x_u, y_i⟩)² + λ (Σ‖x_u‖² + Σ‖y_i‖²) over all cells, with p = 1 and c = 1 + α for
 * pairs that are there and p = 0, c = 1 for the rest, one side at a time.
 */
export async function ialsFactors(train: Csr, options: IalsOptions, seed: number, task: TaskContext): Promise<Factors> {
  const d = options.dimensions;
  const random = Random.derive(seed, 'ials');
  const rows = new Float32Array(train.rows * d);
  const columns = Float32Array.from({ length: train.columns * d }, () => (0.1 * random.normal()) / Math.sqrt(d));
  const rowsOfColumn = transpose(train);
  for (let iteration = 0; iteration < options.iterations; iteration++) {
    await solveSide(train, columns, rows, options, task);
    await solveSide(rowsOfColumn, rows, columns, options, task);
    await checkpoint(task, (iteration + 1) / options.iterations);
  }
  // The rows belong to the last columns.
  await solveSide(train, columns, rows, options, task);
  return { dimensions: d, rows, columns };
}

/**
 * x_u = (M + α Y_uᵀ Y_u)⁻¹ (1 + α) Y_uᵀ 1 for every row u of `matrix`, with M = YᵀY + λI, where Y_u
 * are the vectors of its columns. YᵀY, which stands for the cells without a pair, is the same for all
 * rows and computed once. A row of fewer than d columns is solved in as many unknowns as it has
 * columns: (M + α Y_uᵀ Y_u)⁻¹ Y_uᵀ = M⁻¹ Y_uᵀ (I + α Y_u M⁻¹ Y_uᵀ)⁻¹.
 */
async function solveSide(
  matrix: Csr,
  given: Float32Array,
  solved: Float32Array,
  { dimensions: d, lambda, alpha }: IalsOptions,
  task: TaskContext,
): Promise<void> {
  const gramian = new Float64Array(d * d);
  addOuterProducts(
    gramian,
    given,
    Uint32Array.from({ length: given.length / d }, (_, v) => v),
    d,
    1,
  );
  for (let i = 0; i < d; i++) gramian[i * d + i] += lambda;
  const spread = solveEach(gramian, given, d);
  const left = new Float64Array(d * d);
  const right = new Float64Array(d);
  let work = given.length * d;
  for (let r = 0; r < matrix.rows; r++) {
    const columns = rowOf(matrix, r);
    const n = columns.length;
    right.fill(0);
    if (n >= d) {
      left.set(gramian);
      addOuterProducts(left, given, columns, d, alpha);
      for (const column of columns) {
        for (let i = 0; i < d; i++) right[i] += (1 + alpha) * given[column * d + i];
      }
      solvePositive(left, right, d);
    } else if (n > 0) {
      const weights = new Float64Array(n).fill(1 + alpha);
      solvePositive(smallSystem(columns, given, spread, d, alpha), weights, n);
      for (let k = 0; k < n; k++) {
        for (let i = 0; i < d; i++) right[i] += weights[k] * spread[columns[k] * d + i];
      }
    }
    solved.set(right, r * d);
    work += (Math.min(n, d) ** 2 * Math.max(n, d)) / 2;
    if (work > 2e7) {
      work = 0;
      await checkpoint(task);
    }
  }
}

/** M⁻¹ y for every vector y of `vectors`, n × d; only M's lower triangle is read. */
function solveEach(m: Float64Array, vectors: Float32Array, d: number): Float64Array {
  const factor = m.slice();
  factorPositive(factor, d);
  const solved = Float64Array.from(vectors);
  for (let v = 0; v < solved.length; v += d) solveFactored(factor, solved.subarray(v, v + d), d);
  return solved;
}

/** Lower triangle of I + α Y_u M⁻¹ Y_uᵀ, columns × columns of one row. */
function smallSystem(columns: Uint32Array, given: Float32Array, spread: Float64Array, d: number, alpha: number) {
  const n = columns.length;
  const system = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    for (let l = 0; l <= k; l++) {
      let dot = 0;
      for (let i = 0; i < d; i++) dot += given[columns[k] * d + i] * spread[columns[l] * d + i];
      system[k * n + l] = alpha * dot + (k === l ? 1 : 0);
    }
  }
  return system;
}

/**
 * Lower triangle of `sum` += weight · Σ v vᵀ over the vectors at `which`. Four vectors at a time,
 * because reading and writing the sum takes longer than the products.
 */
function addOuterProducts(
  sum: Float64Array,
  vectors: Float32Array,
  which: ArrayLike<number>,
  d: number,
  weight: number,
): void {
  const whole = which.length - (which.length % 4);
  for (let k = 0; k < whole; k += 4) {
    const a = which[k] * d;
    const b = which[k + 1] * d;
    const c = which[k + 2] * d;
    const e = which[k + 3] * d;
    for (let i = 0; i < d; i++) {
      const fa = weight * vectors[a + i];
      const fb = weight * vectors[b + i];
      const fc = weight * vectors[c + i];
      const fe = weight * vectors[e + i];
      for (let j = 0; j <= i; j++) {
        sum[i * d + j] += fa * vectors[a + j] + fb * vectors[b + j] + fc * vectors[c + j] + fe * vectors[e + j];
      }
    }
  }
  for (let k = whole; k < which.length; k++) {
    const a = which[k] * d;
    for (let i = 0; i < d; i++) {
      const factor = weight * vectors[a + i];
      for (let j = 0; j <= i; j++) sum[i * d + j] += factor * vectors[a + j];
    }
  }
}

/** Multiplications and additions to solve for vectors with so many pairs each. */
function solveOperations(degrees: Uint32Array, d: number): number {
  let operations = 0;
  for (const n of degrees) operations += Math.min(n, d) ** 2 * Math.max(n, d) + Math.min(n, d) ** 3 / 3;
  return operations;
}

export const baseline: Baseline = {
  id: 'ials',
  title: 'iALS',
  order: 3,
  summary: 'Matrix factorisation of all cells by least squares, with a higher weight for pairs that exist.',
  cost(train) {
    const { dimensions: d, iterations } = IALS_DEFAULTS;
    const vectors = train.rows + train.columns;
    const ofRows = solveOperations(rowDegrees(train), d);
    const ofColumns = solveOperations(columnDegrees(train), d);
    return {
      bytes: 4 * vectors * d + 8 * Math.max(train.rows, train.columns) * d + 4 * (train.indices.length + train.columns),
      operations: (iterations + 1) * ofRows + iterations * ofColumns + (2 * iterations + 1) * 2 * vectors * d * d,
      refused: null,
    };
  },
  async fit(train, task) {
    return ialsFactors(train, IALS_DEFAULTS, task.seed, task);
  },
};
