import type { Csr } from '../data/csr';
import { columnDegrees, rowDegrees } from '../data/csr';
import type { ModelState } from '../engines/engine';
import { pooledInputs } from '../engines/pooled-inputs';
import { columnVectors, rowVectors, tablesOf } from '../engines/reference/vectors';
import type { FactorSpec } from '../models/factor';

/** What was learned, ready to use: one vector for each row and column, and how they make a score. */
export interface Vectors {
  /** Numbers in a row's vector. */
  readonly dimensions: number;
  /** Numbers in a column's: other than a row's only where a network joins the two. */
  readonly columnDimensions: number;
  /** rows × dimensions; of length 1 for cosine models. */
  readonly rows: Float32Array;
  /** columns × columnDimensions; of length 1 for cosine models. */
  readonly columns: Float32Array;
  /** Added to a column's score; null for none. */
  readonly bias: Float32Array | null;
  /** Added to a row's scores; null for none. */
  readonly rowBias: Float32Array | null;
  readonly temperature: number;
  /** Added to every score. */
  readonly offset: number;
}

/** Numbers in each vector of a side. */
export function dimensionsOf({ dimensions, columnDimensions }: Vectors, side: 'row' | 'column'): number {
  return side === 'row' ? dimensions : columnDimensions;
}

/** What vectors are made of besides the model's own tables. */
export interface VectorInputs {
  readonly train: Csr;
  readonly rowFeatures: Csr | null;
  readonly columnFeatures: Csr | null;
}

const BLOCK = 1024;

/**
 * Vectors of all rows and columns of a factor model. Pooled rows are the mean of all their columns in
 * training. What training never saw has the vector of its features, or none.
 */
export function finalVectors(spec: FactorSpec, state: ModelState, data: VectorInputs): Vectors {
  const d = spec.dimensions;
  const { train, rowFeatures, columnFeatures } = data;
  const tables = tablesOf(spec.rowVector === 'own' ? withoutCold(state, train) : state);
  const rows = new Float32Array(train.rows * d);
  const scratch = new Int32Array(train.columns + (rowFeatures?.columns ?? 0)).fill(-1);
  for (const block of blocks(train.rows)) {
    const pooled = spec.rowVector === 'pooled' ? pooledInputs(train, block, scratch, rowFeatures) : null;
    rows.set(rowVectors(spec, tables, block, pooled, rowFeatures).vectors, block[0] * d);
  }
  const columns = new Float32Array(train.columns * d);
  for (const block of blocks(train.columns)) {
    columns.set(columnVectors(spec, tables, block, columnFeatures).vectors, block[0] * d);
  }
  const link = tables.find('link')?.values;
  const [weight, shift] = link ? [link[0], link[1]] : [1, 0];
  const scaled = (values: Float32Array | undefined) => values?.map((value) => weight * value) ?? null;
  return {
    dimensions: d,
    columnDimensions: d,
    rows,
    columns,
    bias: scaled(tables.find('columnBias')?.values),
    rowBias: scaled(tables.find('rowBias')?.values),
    temperature: weight * spec.temperature,
    offset: weight * spec.offset + shift,
  };
}

/** Start values say nothing of rows and columns without a training pair: their own vectors become zero. */
function withoutCold(state: ModelState, train: Csr): ModelState {
  const rows = rowDegrees(train);
  const columns = columnDegrees(train);
  return {
    ...state,
    tables: state.tables.map((table) => {
      const degrees = table.name === 'row' ? rows : table.name === 'column' ? columns : null;
      if (!degrees?.includes(0)) return table;
      const values = table.values.slice();
      const d = table.shape[1];
      degrees.forEach((degree, i) => {
        if (degree === 0) values.fill(0, i * d, (i + 1) * d);
      });
      return { ...table, values };
    }),
  };
}

function* blocks(count: number): Generator<Int32Array> {
  for (let start = 0; start < count; start += BLOCK) {
    yield Int32Array.from({ length: Math.min(BLOCK, count - start) }, (_, b) => start + b);
  }
}

/** What all scores of a row have in common, which a scorer of blocks of rows leaves out. */
export function baseOf({ offset, rowBias }: Vectors, row: number): number {
  return offset + (rowBias ? rowBias[row] : 0);
}

/** Scores of one row against all columns: temperature · ⟨u, v⟩ + biases + offset. */
export function scoreColumns(vectors: Vectors, row: number): Float32Array {
  const { dimensions: d, rows, columns, bias, temperature } = vectors;
  const base = baseOf(vectors, row);
  const scores = new Float32Array(columns.length / d);
  for (let c = 0; c < scores.length; c++) {
    let dot = 0;
    for (let i = 0; i < d; i++) dot += rows[row * d + i] * columns[c * d + i];
    scores[c] = temperature * dot + base + (bias ? bias[c] : 0);
  }
  return scores;
}

/** Scores of one column against all rows. */
export function scoreRows(vectors: Vectors, column: number): Float32Array {
  const { dimensions: d, rows, columns, rowBias, temperature } = vectors;
  const base = vectors.offset + (vectors.bias ? vectors.bias[column] : 0);
  const scores = new Float32Array(rows.length / d);
  for (let r = 0; r < scores.length; r++) {
    let dot = 0;
    for (let i = 0; i < d; i++) dot += rows[r * d + i] * columns[column * d + i];
    scores[r] = temperature * dot + base + (rowBias ? rowBias[r] : 0);
  }
  return scores;
}

/** Scores of pairs, one after another. */
export function scorePairs(vectors: Vectors, rows: ArrayLike<number>, columns: ArrayLike<number>): Float32Array {
  const { dimensions: d, bias, rowBias, temperature, offset } = vectors;
  const scores = new Float32Array(rows.length);
  for (let n = 0; n < scores.length; n++) {
    let dot = 0;
    for (let i = 0; i < d; i++) dot += vectors.rows[rows[n] * d + i] * vectors.columns[columns[n] * d + i];
    scores[n] = temperature * dot + offset + (rowBias ? rowBias[rows[n]] : 0) + (bias ? bias[columns[n]] : 0);
  }
  return scores;
}
