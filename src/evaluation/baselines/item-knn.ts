import { type Csr, columnDegrees, rowOf, transpose } from '../../data/csr';
import { topK } from '../../embedding/top-k';
import { checkpoint, type TaskContext } from '../../task';
import type { Baseline } from '../baseline';
import type { RankingScorer } from '../ranking';

export interface ItemKnnOptions {
  /** Neighbours kept for each column. */
  readonly neighbours: number;
  /** Added to the denominator, so that similarities from few rows count less. */
  readonly shrink: number;
}

export const ITEM_KNN_DEFAULTS: ItemKnnOptions = { neighbours: 100, shrink: 10 };

/** Columns similar to each column: ids and similarities, best first. */
export interface SimilarColumns {
  readonly columns: readonly Int32Array[];
  readonly similarities: readonly Float32Array[];
}

/**
 * Cosine between the columns of the interaction matrix with shrinkage (Sarwar et al., 2001;
 * Ferrari Dacrema et al., 2019): n_ij / (√(n_i n_j) + shrink).
 */
export async function similarColumns(train: Csr, options: ItemKnnOptions, task: TaskContext): Promise<SimilarColumns> {
  const rowsOfColumn = transpose(train);
  const degrees = columnDegrees(train);
  const columns: Int32Array[] = [];
  const similarities: Float32Array[] = [];
  const together = new Float32Array(train.columns);
  let work = 0;
  for (let i = 0; i < train.columns; i++) {
    const touched: number[] = [];
    for (const row of rowOf(rowsOfColumn, i)) {
      for (const j of rowOf(train, row)) {
        if (together[j] === 0) touched.push(j);
        together[j]++;
        work++;
      }
    }
    const scores = Float32Array.from(touched, (j) =>
      j === i ? Number.NEGATIVE_INFINITY : together[j] / (Math.sqrt(degrees[i] * degrees[j]) + options.shrink),
    );
    const best = topK(scores, options.neighbours, (t) => touched[t] === i);
    columns.push(Int32Array.from(best, (t) => touched[t]));
    similarities.push(Float32Array.from(best, (t) => scores[t]));
    for (const j of touched) together[j] = 0;
    if (work > 2e6) {
      work = 0;
      await checkpoint(task, i / train.columns);
    }
  }
  return { columns, similarities };
}

/** A column's score is the sum of its similarities to the columns that the row has. */
export function itemKnn(train: Csr, similar: SimilarColumns): RankingScorer {
  return (rows) => {
    const scores = new Float32Array(rows.length * train.columns);
    for (let b = 0; b < rows.length; b++) {
      for (const column of rowOf(train, rows[b])) {
        const near = similar.columns[column];
        const similarity = similar.similarities[column];
        for (let n = 0; n < near.length; n++) scores[b * train.columns + near[n]] += similarity[n];
      }
    }
    return scores;
  };
}

export const baseline: Baseline = {
  id: 'itemKnn',
  title: 'ItemKNN',
  order: 1,
  summary: 'A {column} scores by how similar it is to the {columns} that the {row} has: the cosine over {rows}.',
  cost(train) {
    let operations = 0;
    for (let r = 0; r < train.rows; r++) operations += (train.offsets[r + 1] - train.offsets[r]) ** 2;
    const kept = Math.min(ITEM_KNN_DEFAULTS.neighbours, train.columns);
    return { bytes: 8 * train.columns * kept, operations, refused: null };
  },
  async fit(train, task) {
    return itemKnn(train, await similarColumns(train, ITEM_KNN_DEFAULTS, task));
  },
};
