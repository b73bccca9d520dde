import type { Csr } from '../data/csr';
import { columnDegrees, rowDegrees, rowOf } from '../data/csr';
import type { ModelState } from '../engines/engine';
import { type FactorSpec, type FactorTable, NORM_EPSILON } from '../models/factor';

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

/**
 * Vectors of all rows and columns of a factor model. Pooled rows are the mean of all their columns in
 * training. What training never saw has the vector of its features, or none.
 */
export function finalVectors(spec: FactorSpec, state: ModelState, data: VectorInputs): Vectors {
  const { dimensions: d, rowVector, score } = spec;
  const { train, rowFeatures, columnFeatures } = data;
  const find = (name: FactorTable) => state.tables.find((table) => table.name === name)?.values ?? null;
  const get = (name: FactorTable) => {
    const values = find(name);
    if (!values) throw new TypeError(`expected a table “${name}”, found ${state.tables.map((t) => t.name).join(', ')}`);
    return values;
  };
  const own = rowVector === 'own';
  const rows = own
    ? ownVectors(get('row'), d, rowDegrees(train), rowFeatures && { of: rowFeatures, vectors: get('rowFeature') })
    : pooledVectors(get('input'), d, train, rowFeatures);
  // The output vectors of pooled models are trained for every column, seen or not.
  const seen = own ? columnDegrees(train) : null;
  const columns = ownVectors(
    get('column'),
    d,
    seen,
    columnFeatures && { of: columnFeatures, vectors: get('columnFeature') },
  );
  if (score === 'cosine') {
    normalise(rows, d);
    normalise(columns, d);
  }
  const link = find('link');
  const [weight, shift] = link ? [link[0], link[1]] : [1, 0];
  const scaled = (values: Float32Array | null) => values?.map((value) => weight * value) ?? null;
  return {
    dimensions: d,
    columnDimensions: d,
    rows,
    columns,
    bias: scaled(find('columnBias')),
    rowBias: scaled(find('rowBias')),
    temperature: weight * spec.temperature,
    offset: weight * spec.offset + shift,
  };
}

/** Features of entries, and the vector of each feature. */
interface FeatureVectors {
  readonly of: Csr;
  /** features × d. */
  readonly vectors: Float32Array;
}

/**
 * Vectors of entries, those of their features added: count × d. Initial values say nothing of an entry without a
 * training pair (degree 0): its own vector counts as zero.
 */
function ownVectors(
  table: Float32Array,
  d: number,
  degrees: Uint32Array | null,
  features: FeatureVectors | null,
): Float32Array {
  const vectors = table.slice();
  degrees?.forEach((degree, entry) => {
    if (degree === 0) vectors.fill(0, entry * d, (entry + 1) * d);
  });
  if (!features) return vectors;
  const sum = new Float64Array(d);
  for (let entry = 0; entry < vectors.length / d; entry++) {
    sum.set(vectors.subarray(entry * d, (entry + 1) * d));
    for (const feature of rowOf(features.of, entry)) addTo(sum, features.vectors, feature);
    vectors.set(sum, entry * d);
  }
  return vectors;
}

/** Vectors of pooled rows: the mean of the input vectors of their columns and of their features, which stand behind these. */
function pooledVectors(inputs: Float32Array, d: number, train: Csr, features: Csr | null): Float32Array {
  const vectors = new Float32Array(train.rows * d);
  const sum = new Float64Array(d);
  for (let row = 0; row < train.rows; row++) {
    const columns = rowOf(train, row);
    const known = features ? rowOf(features, row) : [];
    sum.fill(0);
    for (const column of columns) addTo(sum, inputs, column);
    for (const feature of known) addTo(sum, inputs, train.columns + feature);
    const count = Math.max(1, columns.length + known.length);
    for (let i = 0; i < d; i++) vectors[row * d + i] = sum[i] / count;
  }
  return vectors;
}

/** sum += row `entry` of a table with as many columns. */
function addTo(sum: Float64Array, table: Float32Array, entry: number): void {
  const at = entry * sum.length;
  for (let i = 0; i < sum.length; i++) sum[i] += table[at + i];
}

/** Scales each vector to length 1, in place. */
function normalise(vectors: Float32Array, d: number): void {
  for (let at = 0; at < vectors.length; at += d) {
    let square = NORM_EPSILON;
    for (let i = at; i < at + d; i++) square += vectors[i] * vectors[i];
    const length = Math.sqrt(square);
    for (let i = at; i < at + d; i++) vectors[i] /= length;
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

/** The vectors of some entries, one after another: entries × d. */
export function pickVectors(values: Float32Array, d: number, entries: Int32Array): Float32Array {
  const picked = new Float32Array(entries.length * d);
  entries.forEach((from, to) => {
    picked.set(values.subarray(from * d, (from + 1) * d), to * d);
  });
  return picked;
}
