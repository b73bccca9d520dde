import { columnDegrees, rowDegrees } from '../data/csr';
import type { ModelState, ParameterTable } from '../engines/engine';
import { featureInputs } from '../engines/pooled-inputs';
import type { NetworkSpec } from '../models/network';
import { type Output, outputOf } from '../models/output';
import type { ModelSpec } from '../models/spec';
import { finalVectors, type VectorInputs, type Vectors } from './vectors';

/** A trained model without its optimiser: the embeddings of both sides, and what makes predictions of them. */
export interface TrainedModel {
  readonly vectors: Vectors;
  /** The network that a pair has to go through; null where the score is the vectors' own product. */
  readonly network: LearnedNetwork | null;
  /** From a score to a prediction. */
  readonly output: Output;
}

export interface LearnedNetwork {
  readonly spec: NetworkSpec;
  readonly tables: readonly ParameterTable[];
  readonly inputs: VectorInputs;
}

/** What a finished run leaves. */
export function toTrainedModel(spec: ModelSpec, state: ModelState, inputs: VectorInputs): TrainedModel {
  const output = outputOf(spec);
  if (spec.family === 'factor') return { vectors: finalVectors(spec, state, inputs), network: null, output };
  const tables = state.tables.map(({ name, shape, values }) => ({ name, shape, values: values.slice() }));
  meanForCold(tables, inputs);
  const sum = (name: string, count: number, features: VectorInputs['rowFeatures']) => {
    const own = tables.find((table) => table.name === name) as ParameterTable;
    const d = own.shape[1];
    const values = own.values.slice(0, count * d);
    const shared = tables.find((table) => table.name === `${name}Feature`);
    if (!features || !shared) return values;
    const all = Int32Array.from({ length: count }, (_, i) => i);
    const { columns, pairRows, pairColumns } = featureInputs(features, all);
    for (let p = 0; p < pairRows.length; p++) {
      const from = columns[pairColumns[p]] * d;
      for (let i = 0; i < d; i++) values[pairRows[p] * d + i] += shared.values[from + i];
    }
    return values;
  };
  const vectors: Vectors = {
    dimensions: spec.rowDimensions,
    columnDimensions: spec.columnDimensions,
    rows: sum('row', inputs.train.rows, inputs.rowFeatures),
    columns: sum('column', inputs.train.columns, inputs.columnFeatures),
    bias: null,
    rowBias: null,
    temperature: 1,
    offset: 0,
  };
  return { vectors, network: { spec, tables, inputs }, output };
}

/** A network cannot go without a vector: what training never saw gets the mean of what it saw, in place. */
function meanForCold(tables: readonly ParameterTable[], { train }: VectorInputs): void {
  const degrees = { row: rowDegrees(train), column: columnDegrees(train) };
  for (const { name, shape, values } of tables) {
    const side = /^(row|column)(Bias|Product)?$/.exec(name)?.[1] as 'row' | 'column' | undefined;
    if (!side || !degrees[side].includes(0)) continue;
    const d = shape[1];
    const mean = new Float64Array(d);
    let seen = 0;
    degrees[side].forEach((degree, entry) => {
      if (degree === 0) return;
      seen++;
      for (let i = 0; i < d; i++) mean[i] += values[entry * d + i];
    });
    degrees[side].forEach((degree, entry) => {
      if (degree > 0) return;
      for (let i = 0; i < d; i++) values[entry * d + i] = mean[i] / Math.max(1, seen);
    });
  }
}
