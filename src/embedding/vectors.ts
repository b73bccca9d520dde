import type { Csr } from '../data/csr';
import type { FactorState } from '../engines/engine';
import { pooledInputs } from '../engines/pooled-inputs';
import { normalise, rowVectors } from '../engines/reference/gradients';
import type { FactorSpec } from '../models/factor';

/** What was learned, ready to use: one vector for each row and column, and how they make a score. */
export interface Vectors {
  readonly dimensions: number;
  /** rows × dimensions; of length 1 for cosine models. */
  readonly rows: Float32Array;
  /** columns × dimensions; of length 1 for cosine models. */
  readonly columns: Float32Array;
  /** Added to a column's score; null for none. */
  readonly bias: Float32Array | null;
  readonly temperature: number;
}

const BLOCK = 1024;

/** Vectors of all rows and columns. Pooled rows are the mean of all their columns in `inputs`. */
export function finalVectors(spec: FactorSpec, state: FactorState, inputs: Csr): Vectors {
  const d = spec.dimensions;
  const [rowTable, columnTable, biasTable] = state.tables;
  const columns = columnTable.values.slice();
  if (spec.score === 'cosine') normalise(columns, d);
  const rows = new Float32Array(inputs.rows * d);
  const scratch = new Int32Array(inputs.columns).fill(-1);
  for (let start = 0; start < inputs.rows; start += BLOCK) {
    const block = Int32Array.from({ length: Math.min(BLOCK, inputs.rows - start) }, (_, b) => start + b);
    const pooled = spec.rowVector === 'pooled' ? pooledInputs(inputs, block, scratch) : null;
    rows.set(rowVectors(spec, rowTable.values, block, pooled).vectors, start * d);
  }
  return {
    dimensions: d,
    rows,
    columns,
    bias: biasTable ? biasTable.values.slice() : null,
    temperature: spec.temperature,
  };
}

/** Scores of one row against all columns: temperature · ⟨u, v⟩ + bias. */
export function scoreColumns(vectors: Vectors, row: number): Float32Array {
  const { dimensions: d, rows, columns, bias, temperature } = vectors;
  const scores = new Float32Array(columns.length / d);
  for (let c = 0; c < scores.length; c++) {
    let dot = 0;
    for (let i = 0; i < d; i++) dot += rows[row * d + i] * columns[c * d + i];
    scores[c] = temperature * dot + (bias ? bias[c] : 0);
  }
  return scores;
}

/** Scores of one column against all rows; the bias is the same for all of them. */
export function scoreRows(vectors: Vectors, column: number): Float32Array {
  const { dimensions: d, rows, columns, bias, temperature } = vectors;
  const scores = new Float32Array(rows.length / d);
  for (let r = 0; r < scores.length; r++) {
    let dot = 0;
    for (let i = 0; i < d; i++) dot += rows[r * d + i] * columns[column * d + i];
    scores[r] = temperature * dot + (bias ? bias[column] : 0);
  }
  return scores;
}
