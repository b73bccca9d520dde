import { columnDegrees, rowDegrees, rowOf } from '../../data/csr';
import type { RatingBaseline } from '../baseline';
import { type Ratings, ratingsOf } from '../rating-error';
import { globalMean } from './global-mean';

export interface BiasOptions {
  /** Added to a row's number of ratings, so that few ratings make a small bias. */
  readonly rowPenalty: number;
  /** The same for columns. */
  readonly columnPenalty: number;
  readonly iterations: number;
}

/** Those of Surprise’s BaselineOnly (Hug, 2020). */
export const BIAS_DEFAULTS: BiasOptions = { rowPenalty: 15, columnPenalty: 10, iterations: 10 };

/** A rating without a taste: mean + row bias + column bias. */
export interface Biases {
  readonly mean: number;
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

/**
 * μ + b_u + b_i by alternating least squares with a penalty (Koren, 2010, section 2.1): b_i is the
 * sum of r − μ − b_u over the column's ratings over (penalty + their number), b_u likewise.
 */
export function ratingBiases(train: Ratings, options: BiasOptions = BIAS_DEFAULTS): Biases {
  const { matrix } = train;
  const mean = globalMean(train.values);
  const rows = new Float64Array(matrix.rows);
  const columns = new Float64Array(matrix.columns);
  const rowCounts = rowDegrees(matrix);
  const columnCounts = columnDegrees(matrix);
  for (let iteration = 0; iteration < options.iterations; iteration++) {
    columns.fill(0);
    for (let r = 0; r < matrix.rows; r++) {
      const values = ratingsOf(train, r);
      rowOf(matrix, r).forEach((column, i) => {
        columns[column] += values[i] - mean - rows[r];
      });
    }
    for (let c = 0; c < matrix.columns; c++) columns[c] /= options.columnPenalty + Math.max(1, columnCounts[c]);
    for (let r = 0; r < matrix.rows; r++) {
      const values = ratingsOf(train, r);
      let sum = 0;
      rowOf(matrix, r).forEach((column, i) => {
        sum += values[i] - mean - columns[column];
      });
      rows[r] = sum / (options.rowPenalty + Math.max(1, rowCounts[r]));
    }
  }
  return { mean, rows, columns };
}

export const baseline: RatingBaseline = {
  id: 'biasedMean',
  title: 'Mean with biases',
  order: 1,
  summary: 'The mean of all, plus how high this {row} rates, plus how high this {column} is rated.',
  async fit(train) {
    const biases = ratingBiases(train);
    return (rows, columns) =>
      Float32Array.from(rows, (row, i) => biases.mean + biases.rows[row] + biases.columns[columns[i]]);
  },
};
