import type { FactorSpec } from '../../models/factor';
import type { Block, BlockInputs, FactorState } from '../engine';

/** Added to the squared length before its root, so that a zero vector has a direction. */
export const NORM_EPSILON = 1e-12;

/** Loss of one block and its gradient for every table, dense, in double precision. */
export interface BlockGradients {
  readonly loss: number;
  /** In the order of the state's tables, each rows × dimensions. */
  readonly tables: readonly Float64Array[];
}

/**
 * The factor family written out: vectors, scores, loss and gradients as in docs/models.md,
 * with no shortcut. The oracle that the fast engines are tested against.
 */
export function blockGradients(
  spec: FactorSpec,
  state: FactorState,
  block: Block,
  columnCount: number,
): BlockGradients {
  const d = spec.dimensions;
  const [rowTable, columnTable, biasTable] = state.tables;
  const gradients = state.tables.map(({ values }) => new Float64Array(values.length));
  const B = block.rows.length;
  const columns = block.columns ?? Int32Array.from({ length: columnCount }, (_, c) => c);
  const K = columns.length;

  const u = rowVectors(spec, rowTable.values, block.rows, block.inputs);
  const v = new Float64Array(K * d);
  for (let k = 0; k < K; k++) for (let i = 0; i < d; i++) v[k * d + i] = columnTable.values[columns[k] * d + i];
  const vNorms = spec.score === 'cosine' ? normalise(v, d) : null;

  const z = new Float64Array(B * K);
  for (let b = 0; b < B; b++) {
    for (let k = 0; k < K; k++) {
      let dot = 0;
      for (let i = 0; i < d; i++) dot += u.vectors[b * d + i] * v[k * d + i];
      z[b * K + k] =
        spec.temperature * dot +
        (biasTable ? biasTable.values[columns[k]] : 0) -
        (block.logChance ? block.logChance[k] : 0);
    }
  }
  const { loss, dz } = lossAndSlope(spec, z, block, B, K);

  const du = new Float64Array(B * d);
  const dv = new Float64Array(K * d);
  for (let b = 0; b < B; b++) {
    for (let k = 0; k < K; k++) {
      const slope = spec.temperature * dz[b * K + k];
      for (let i = 0; i < d; i++) {
        du[b * d + i] += slope * v[k * d + i];
        dv[k * d + i] += slope * u.vectors[b * d + i];
      }
      if (biasTable) gradients[2][columns[k]] += dz[b * K + k];
    }
  }
  if (u.norms) unnormalise(du, u.vectors, u.norms, d);
  if (vNorms) unnormalise(dv, v, vNorms, d);

  for (let k = 0; k < K; k++) for (let i = 0; i < d; i++) gradients[1][columns[k] * d + i] += dv[k * d + i];
  if (spec.rowVector === 'own') {
    for (let b = 0; b < B; b++) for (let i = 0; i < d; i++) gradients[0][block.rows[b] * d + i] += du[b * d + i];
  } else if (block.inputs) {
    const { columns: inputColumns, pairRows, pairColumns, weights } = block.inputs;
    for (let p = 0; p < pairRows.length; p++) {
      const to = inputColumns[pairColumns[p]] * d;
      for (let i = 0; i < d; i++) gradients[0][to + i] += weights[p] * du[pairRows[p] * d + i];
    }
  }
  return { loss, tables: gradients };
}

/** Vectors of rows as they enter the score, B × d, and their lengths before scaling (cosine only). */
export function rowVectors(
  spec: FactorSpec,
  table: Float32Array,
  rows: Int32Array,
  inputs: BlockInputs | null,
): { vectors: Float64Array; norms: Float64Array | null } {
  const d = spec.dimensions;
  const vectors = new Float64Array(rows.length * d);
  if (spec.rowVector === 'own') {
    for (let b = 0; b < rows.length; b++) for (let i = 0; i < d; i++) vectors[b * d + i] = table[rows[b] * d + i];
  } else {
    if (!inputs) throw new TypeError('expected the inputs of pooled rows, found none');
    for (let p = 0; p < inputs.pairRows.length; p++) {
      const from = inputs.columns[inputs.pairColumns[p]] * d;
      const to = inputs.pairRows[p] * d;
      for (let i = 0; i < d; i++) vectors[to + i] += inputs.weights[p] * table[from + i];
    }
  }
  return { vectors, norms: spec.score === 'cosine' ? normalise(vectors, d) : null };
}

/** Scales each vector to length 1 in place and gives the lengths. */
export function normalise(vectors: Float64Array | Float32Array, d: number): Float64Array {
  const norms = new Float64Array(vectors.length / d);
  for (let n = 0; n < norms.length; n++) {
    let sum = NORM_EPSILON;
    for (let i = n * d; i < (n + 1) * d; i++) sum += vectors[i] * vectors[i];
    norms[n] = Math.sqrt(sum);
    for (let i = n * d; i < (n + 1) * d; i++) vectors[i] /= norms[n];
  }
  return norms;
}

/** Gradient before scaling from the gradient after it: (g − (g·x̂) x̂) / ‖x‖, in place. */
function unnormalise(gradient: Float64Array, unit: Float64Array, norms: Float64Array, d: number): void {
  for (let n = 0; n < norms.length; n++) {
    let dot = 0;
    for (let i = n * d; i < (n + 1) * d; i++) dot += gradient[i] * unit[i];
    for (let i = n * d; i < (n + 1) * d; i++) gradient[i] = (gradient[i] - dot * unit[i]) / norms[n];
  }
}

function lossAndSlope(spec: FactorSpec, z: Float64Array, block: Block, B: number, K: number) {
  const y = new Uint8Array(B * K);
  for (let p = 0; p < block.positiveRows.length; p++) y[block.positiveRows[p] * K + block.positiveColumns[p]] = 1;
  const dz = new Float64Array(B * K);
  let loss = 0;
  switch (spec.loss) {
    case 'bce': {
      const cells = B * K;
      for (let i = 0; i < cells; i++) {
        loss += (Math.max(z[i], 0) + Math.log1p(Math.exp(-Math.abs(z[i]))) - y[i] * z[i]) / cells;
        dz[i] = (1 / (1 + Math.exp(-z[i])) - y[i]) / cells;
      }
      return { loss, dz };
    }
    case 'softmax': {
      const pairs = block.positiveRows.length;
      for (let b = 0; b < B; b++) {
        const row = z.subarray(b * K, (b + 1) * K);
        const maximum = row.reduce((a, value) => Math.max(a, value), Number.NEGATIVE_INFINITY);
        let sum = 0;
        let positives = 0;
        for (let k = 0; k < K; k++) {
          sum += Math.exp(row[k] - maximum);
          positives += y[b * K + k];
        }
        for (let k = 0; k < K; k++) {
          const share = Math.exp(row[k] - maximum) / sum;
          if (y[b * K + k]) loss -= (row[k] - maximum - Math.log(sum)) / pairs;
          dz[b * K + k] = (positives * share - y[b * K + k]) / pairs;
        }
      }
      return { loss, dz };
    }
    default:
      return spec.loss satisfies never;
  }
}
