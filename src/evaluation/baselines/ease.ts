import { type Csr, rowOf } from '../../data/csr';
import { InputError } from '../../errors';
import { checkpoint, type TaskContext } from '../../task';
import type { Baseline } from '../baseline';
import { invertPositive, paddedSize } from '../linear-algebra';
import type { RankingScorer } from '../ranking';

export interface EaseOptions {
  /** Weight of the penalty on the squares of B; {@link easeLambda} when left out. */
  readonly lambda?: number;
  /** Bytes that B may take; enough for 8,000 columns when left out. */
  readonly maximumBytes?: number;
}

/** What a row's columns say of every other column. */
export interface EaseWeights {
  readonly lambda: number;
  /** stride × stride, row by row: B[i][j] at i · stride + j; its diagonal is 0. */
  readonly weights: Float32Array;
  readonly stride: number;
}

const MAXIMUM_COLUMNS = 8000;

/** Bytes that EASE takes for `columns` columns: one square matrix in single precision and two panels. */
export function easeBytes(columns: number): number {
  const size = paddedSize(columns);
  return 4 * size * size + 16 * 64 * size;
}

/**
 * The penalty where none is given: five times the mean number of pairs of a row.
 *
 * Grids of Steck (2019) end at 500 for MovieLens 20M, 1,000 for Netflix and 200 for the Million Song
 * Dataset, where a row has 73, 123 and 59 pairs: between three and eight times as many. The entries
 * of XᵀX that the penalty is weighed against come from pairs of one row, hence their number.
 */
export function easeLambda(train: Csr): number {
  let rows = 0;
  for (let r = 0; r < train.rows; r++) if (train.offsets[r + 1] > train.offsets[r]) rows++;
  return Math.max(1, Math.round((5 * train.indices.length) / Math.max(1, rows)));
}

/**
 * Embarrassingly shallow autoencoder (Steck, 2019): the B with a zero diagonal that minimises
 * ‖X − XB‖² + λ‖B‖², in closed form: G = XᵀX + λI, P = G⁻¹, B = P / −diag(P).
 * @throws InputError where B takes more than the bytes allowed
 */
export async function easeWeights(train: Csr, options: EaseOptions, task: TaskContext): Promise<EaseWeights> {
  const refused = refusal(train.columns, options.maximumBytes);
  if (refused !== null) throw new InputError(refused);
  const lambda = options.lambda ?? easeLambda(train);
  const stride = paddedSize(train.columns);
  const weights = new Float32Array(stride * stride);
  await addGramian(train, weights, stride, task);
  for (let i = 0; i < train.columns; i++) weights[i * stride + i] += lambda;
  await invertPositive(weights, train.columns, task);
  const scale = Float64Array.from({ length: train.columns }, (_, j) => -1 / weights[j * stride + j]);
  for (let i = 0; i < train.columns; i++) {
    for (let j = 0; j < train.columns; j++) weights[i * stride + j] *= i === j ? 0 : scale[j];
  }
  return { lambda, weights, stride };
}

/** A row's scores are the sum of B's rows of the columns that it has: X B. */
export function ease(train: Csr, { weights, stride }: EaseWeights): RankingScorer {
  return (rows) => {
    const n = train.columns;
    const scores = new Float32Array(rows.length * n);
    for (let b = 0; b < rows.length; b++) {
      for (const column of rowOf(train, rows[b])) {
        const from = column * stride;
        for (let j = 0; j < n; j++) scores[b * n + j] += weights[from + j];
      }
    }
    return scores;
  };
}

/** Lower triangle of XᵀX: in how many rows two columns are together. */
async function addGramian(train: Csr, gramian: Float32Array, stride: number, task: TaskContext): Promise<void> {
  let work = 0;
  for (let r = 0; r < train.rows; r++) {
    const columns = rowOf(train, r);
    for (let i = 0; i < columns.length; i++) {
      const from = columns[i] * stride;
      for (let j = 0; j <= i; j++) gramian[from + columns[j]]++;
    }
    work += columns.length ** 2;
    if (work > 2e7) {
      work = 0;
      await checkpoint(task);
    }
  }
}

function refusal(columns: number, maximumBytes = easeBytes(MAXIMUM_COLUMNS)): string | null {
  const bytes = easeBytes(columns);
  if (bytes <= maximumBytes) return null;
  const megabytes = (number: number) => Math.round(number / 1e6).toLocaleString('en');
  return `EASE keeps a number for every two columns: expected at most ${megabytes(maximumBytes)} MB, found ${megabytes(bytes)} MB for ${columns.toLocaleString('en')} columns`;
}

export const baseline: Baseline = {
  id: 'ease',
  title: 'EASE',
  order: 2,
  summary: 'The best linear guess of each {column} from the other {columns} of a {row}, in closed form.',
  cost(train, maximumBytes) {
    let together = 0;
    for (let r = 0; r < train.rows; r++) together += (train.offsets[r + 1] - train.offsets[r]) ** 2 / 2;
    return {
      bytes: easeBytes(train.columns),
      operations: together + train.columns ** 3 / 2,
      refused: refusal(train.columns, maximumBytes),
    };
  },
  async fit(train, task) {
    return ease(train, await easeWeights(train, { maximumBytes: task.maximumBytes }, task));
  },
};
