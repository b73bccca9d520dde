import { rowOf } from '../../data/csr';
import { checkpoint } from '../../task';
import type { RatingBaseline } from '../baseline';
import { type RatingPredictor, type Ratings, ratingsOf, transposeRatings } from '../rating-error';
import { type Biases, ratingBiases } from './biased-mean';

export interface RatingKnnOptions {
  /** At most so many of a row's columns speak for its rating of another. */
  readonly neighbours: number;
  /** Similarities are scaled by (n − 1) / (n − 1 + shrink), n the rows that rated both. */
  readonly shrink: number;
}

/** Those of Surprise’s KNNBaseline (Hug, 2020). */
export const RATING_KNN_DEFAULTS: RatingKnnOptions = { neighbours: 40, shrink: 100 };

/**
 * Neighbourhood of columns on top of biases (Koren, 2010, section 2.2): with b_ui = μ + b_u + b_i,
 * b_ui + Σ s_ij (r_uj − b_uj) / Σ s_ij over the columns j most like i that u rated, s the shrunk
 * Pearson correlation of what is left of the ratings without the biases, where it is above zero.
 *
 * Similarities are made column by column when they are asked for and dropped after, so that memory
 * stays at a few numbers a pair; ask for many pairs at once.
 */
export function ratingKnn(train: Ratings, options: RatingKnnOptions, biases: Biases): RatingPredictor {
  const rest = withoutBiases(train, biases);
  const restOfColumn = transposeRatings(rest);
  return async (rows, columns, task) => {
    const predicted = new Float32Array(rows.length);
    const byColumn = Uint32Array.from(rows.keys()).sort((a, b) => columns[a] - columns[b] || a - b);
    const similarities = new Similarities(rest, restOfColumn, options.shrink);
    let work = 0;
    for (let at = 0; at < byColumn.length; at++) {
      const i = byColumn[at];
      const column = columns[i];
      if (at === 0 || columns[byColumn[at - 1]] !== column) work += similarities.setColumn(column);
      predicted[i] =
        biases.mean +
        biases.rows[rows[i]] +
        biases.columns[column] +
        meanOfNeighbours(rest, rows[i], similarities.values, options.neighbours);
      work += matrixDegree(rest, rows[i]);
      if (work > 1e7) {
        work = 0;
        await checkpoint(task, at / byColumn.length);
      }
    }
    return predicted;
  };
}

/** Similarities of one column at a time to all others. */
class Similarities {
  readonly values: Float64Array;
  private readonly products: Float64Array;
  private readonly ownSquares: Float64Array;
  private readonly otherSquares: Float64Array;
  private readonly together: Uint32Array;
  private touched: number[] = [];

  constructor(
    private readonly rest: Ratings,
    private readonly restOfColumn: Ratings,
    private readonly shrink: number,
  ) {
    const { columns } = rest.matrix;
    this.values = new Float64Array(columns);
    this.products = new Float64Array(columns);
    this.ownSquares = new Float64Array(columns);
    this.otherSquares = new Float64Array(columns);
    this.together = new Uint32Array(columns);
  }

  /** Returns how many ratings were looked at. */
  setColumn(column: number): number {
    for (const j of this.touched) {
      this.values[j] = 0;
      this.products[j] = 0;
      this.ownSquares[j] = 0;
      this.otherSquares[j] = 0;
      this.together[j] = 0;
    }
    const touched: number[] = [];
    let work = 0;
    const raters = rowOf(this.restOfColumn.matrix, column);
    const own = ratingsOf(this.restOfColumn, column);
    for (let a = 0; a < raters.length; a++) {
      const others = rowOf(this.rest.matrix, raters[a]);
      const values = ratingsOf(this.rest, raters[a]);
      work += others.length;
      for (let b = 0; b < others.length; b++) {
        const j = others[b];
        if (this.together[j]++ === 0) touched.push(j);
        this.products[j] += own[a] * values[b];
        this.ownSquares[j] += own[a] ** 2;
        this.otherSquares[j] += values[b] ** 2;
      }
    }
    for (const j of touched) {
      const n = this.together[j];
      const lengths = Math.sqrt(this.ownSquares[j] * this.otherSquares[j]);
      if (j === column || n < 2 || lengths === 0) continue;
      this.values[j] = ((n - 1) / (n - 1 + this.shrink)) * (this.products[j] / lengths);
    }
    this.touched = touched;
    return work;
  }
}

function meanOfNeighbours(rest: Ratings, row: number, similarities: Float64Array, most: number): number {
  const columns = rowOf(rest.matrix, row);
  const values = ratingsOf(rest, row);
  const near: number[] = [];
  for (let j = 0; j < columns.length; j++) if (similarities[columns[j]] > 0) near.push(j);
  near.sort((a, b) => similarities[columns[b]] - similarities[columns[a]] || a - b);
  let sum = 0;
  let weights = 0;
  for (const j of near.slice(0, most)) {
    sum += similarities[columns[j]] * values[j];
    weights += similarities[columns[j]];
  }
  return weights > 0 ? sum / weights : 0;
}

function withoutBiases({ matrix, values }: Ratings, { mean, rows, columns }: Biases): Ratings {
  const rest = new Float32Array(values.length);
  for (let r = 0; r < matrix.rows; r++) {
    for (let i = matrix.offsets[r]; i < matrix.offsets[r + 1]; i++) {
      rest[i] = values[i] - mean - rows[r] - columns[matrix.indices[i]];
    }
  }
  return { matrix, values: rest };
}

function matrixDegree({ matrix }: Ratings, row: number): number {
  return matrix.offsets[row + 1] - matrix.offsets[row];
}

export const baseline: RatingBaseline = {
  id: 'ratingKnn',
  title: 'Neighbours with biases',
  order: 2,
  summary: 'The mean with biases, corrected by how this {row} rated the most similar {columns}.',
  fit: async (train) => ratingKnn(train, RATING_KNN_DEFAULTS, ratingBiases(train)),
};
