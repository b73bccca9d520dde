import type { Csr } from '../data/csr';
import type { TaskContext } from '../task';

/** Pairs with a number each: a rating, or a weight. */
export interface Ratings {
  readonly matrix: Csr;
  /** The rating of each pair, in the order of matrix.indices. */
  readonly values: Float32Array;
}

/** Predicted ratings of pairs: rows[i] with columns[i]. */
export type RatingPredictor = (
  rows: Uint32Array,
  columns: Uint32Array,
  task: TaskContext,
) => Promise<Float32Array> | Float32Array;

/** Errors of predicted ratings, in units of the rating (Herlocker et al., 2004). */
export interface RatingErrors {
  /** Root of the mean squared error. */
  readonly rmse: number;
  /** Mean absolute error. */
  readonly mae: number;
  readonly pairs: number;
}

/**
 * The rated pairs of one part of a split: `at` is the position of each of its pairs in `values`.
 * Pairs whose rating is not known are left out.
 */
export function ratingsOfPart(part: Csr, at: Uint32Array, values: Float32Array): Ratings {
  const offsets = new Uint32Array(part.rows + 1);
  const rated: number[] = [];
  for (let r = 0; r < part.rows; r++) {
    for (let i = part.offsets[r]; i < part.offsets[r + 1]; i++) if (!Number.isNaN(values[at[i]])) rated.push(i);
    offsets[r + 1] = rated.length;
  }
  return {
    matrix: { ...part, offsets, indices: Uint32Array.from(rated, (i) => part.indices[i]) },
    values: Float32Array.from(rated, (i) => values[at[i]]),
  };
}

/** RMSE and MAE over pairs of a prediction and the true value; null for none. */
export function ratingErrors(
  pairs: Iterable<{ readonly predicted: number; readonly value: number }>,
): RatingErrors | null {
  let squared = 0;
  let absolute = 0;
  let count = 0;
  for (const { predicted, value } of pairs) {
    squared += (predicted - value) ** 2;
    absolute += Math.abs(predicted - value);
    count++;
  }
  return count === 0 ? null : { rmse: Math.sqrt(squared / count), mae: absolute / count, pairs: count };
}

/**
 * Predicts every held-out rating, cut to the scale that training showed, and measures the errors.
 * Null when nothing is held out.
 */
export async function evaluateRatings(
  split: { train: Ratings; heldOut: Ratings },
  predict: RatingPredictor,
  task: TaskContext,
): Promise<RatingErrors | null> {
  const { matrix, values } = split.heldOut;
  const rows = rowsOfPairs(matrix);
  if (rows.length === 0) return null;
  const [lowest, highest] = scaleOf(split.train.values);
  const predicted = await predict(rows, matrix.indices, task);
  function* pairs() {
    for (let i = 0; i < values.length; i++) {
      yield { predicted: Math.min(highest, Math.max(lowest, predicted[i])), value: values[i] };
    }
  }
  return ratingErrors(pairs());
}

/** The row of each pair, in the order of matrix.indices. */
export function rowsOfPairs(matrix: Csr): Uint32Array {
  const rows = new Uint32Array(matrix.indices.length);
  for (let r = 0; r < matrix.rows; r++) rows.fill(r, matrix.offsets[r], matrix.offsets[r + 1]);
  return rows;
}

/** Ratings of row `row`, beside rowOf(matrix, row). */
export function ratingsOf({ matrix, values }: Ratings, row: number): Float32Array {
  return values.subarray(matrix.offsets[row], matrix.offsets[row + 1]);
}

/** Rows and columns exchanged, each rating with its pair. */
export function transposeRatings({ matrix, values }: Ratings): Ratings {
  const offsets = new Uint32Array(matrix.columns + 1);
  for (const column of matrix.indices) offsets[column + 1]++;
  for (let c = 0; c < matrix.columns; c++) offsets[c + 1] += offsets[c];
  const indices = new Uint32Array(matrix.indices.length);
  const moved = new Float32Array(values.length);
  const cursor = offsets.slice(0, matrix.columns);
  for (let r = 0; r < matrix.rows; r++) {
    for (let i = matrix.offsets[r]; i < matrix.offsets[r + 1]; i++) {
      const to = cursor[matrix.indices[i]]++;
      indices[to] = r;
      moved[to] = values[i];
    }
  }
  return { matrix: { rows: matrix.columns, columns: matrix.rows, offsets, indices }, values: moved };
}

function scaleOf(values: Float32Array): [number, number] {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return lowest <= highest ? [lowest, highest] : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
}
