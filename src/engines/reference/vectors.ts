import type { Csr } from '../../data/csr';
import { type FactorSpec, NORM_EPSILON } from '../../models/factor';
import type { BlockInputs, ModelState } from '../engine';
import { Tables } from './tables';

/** Vectors as they enter the score, and their lengths before scaling (cosine only). */
export interface ScoredVectors {
  readonly vectors: Float64Array;
  readonly norms: Float64Array | null;
}

/**
 * Vectors of rows: own with their features added, or pooled from `inputs`; scaled where the score is a
 * cosine. B × d.
 */
export function rowVectors(
  spec: FactorSpec,
  tables: Tables,
  rows: Int32Array,
  inputs: BlockInputs | null,
  features: Csr | null,
): ScoredVectors {
  let vectors: Float64Array;
  if (spec.rowVector === 'own') {
    vectors = tables.gather('row', rows);
    if (features) tables.addFeatures('rowFeature', features, rows, vectors);
  } else {
    if (!inputs) throw new TypeError('expected the inputs of pooled rows, found none');
    vectors = new Float64Array(rows.length * spec.dimensions);
    tables.addInputs('input', inputs, vectors);
  }
  return { vectors, norms: spec.score === 'cosine' ? normalise(vectors, spec.dimensions) : null };
}

/** Vectors of columns, their features added, scaled where the score is a cosine. K × d. */
export function columnVectors(
  spec: FactorSpec,
  tables: Tables,
  columns: Int32Array,
  features: Csr | null,
): ScoredVectors {
  const vectors = tables.gather('column', columns);
  if (features) tables.addFeatures('columnFeature', features, columns, vectors);
  return { vectors, norms: spec.score === 'cosine' ? normalise(vectors, spec.dimensions) : null };
}

/** The tables of a state, for those who only read them. */
export function tablesOf(state: ModelState): Tables {
  return new Tables(state);
}

/** Scales each vector to length 1 in place and gives the lengths. */
function normalise(vectors: Float64Array | Float32Array, d: number): Float64Array {
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
export function unnormalise(gradient: Float64Array, { vectors: unit, norms }: ScoredVectors, d: number): void {
  if (!norms) return;
  for (let n = 0; n < norms.length; n++) {
    let dot = 0;
    for (let i = n * d; i < (n + 1) * d; i++) dot += gradient[i] * unit[i];
    for (let i = n * d; i < (n + 1) * d; i++) gradient[i] = (gradient[i] - dot * unit[i]) / norms[n];
  }
}
