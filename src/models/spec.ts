import { type FactorSpec, factorTables } from './factor';
import { type NetworkSpec, networkTables } from './network';
import type { TableShape } from './start';
import type { TrainingSpec } from './training';

/** A model as engines understand it. */
export type ModelSpec = FactorSpec | NetworkSpec;

/** Tables of parameters of either family, in the order in which engines keep them. */
export function tableShapes(spec: ModelSpec, rows: number, columns: number): readonly TableShape[] {
  return spec.family === 'factor' ? factorTables(spec, rows, columns) : networkTables(spec, rows, columns);
}

/** Numbers that training adjusts. */
export function parameterCount(spec: ModelSpec, rows: number, columns: number): number {
  return tableShapes(spec, rows, columns).reduce((sum, { shape }) => sum + shape[0] * shape[1], 0);
}

/** @throws RangeError for a model that cannot be learned from such batches */
export function requireTrainable(model: ModelSpec, { batches }: TrainingSpec): void {
  if (batches.kind === 'pairs') {
    if (model.family === 'factor' && model.rowVector === 'pooled') {
      throw new RangeError('expected own rows for batches of pairs, found pooled rows');
    }
    if ((model.loss === 'softmax' || model.loss === 'bpr') && batches.negatives?.draw !== 'column') {
      throw new RangeError(
        `expected negatives drawn for the same row, which a loss of ${model.loss} compares a pair with, found ${
          batches.negatives ? 'pairs of other rows' : 'none'
        }`,
      );
    }
    return;
  }
  if (model.family === 'network') throw new RangeError('expected batches of pairs for a network, found blocks');
  const { rowBias, offset, link, range, regularisation, loss } = model;
  const other = rowBias || offset !== 0 || link !== 'identity' || range !== null || regularisation !== 0;
  if (other || loss === 'mse' || loss === 'bpr') {
    throw new RangeError(
      'expected a score of vectors and column biases for blocks, found what only pairs can teach: values, BPR, a link, row biases or a penalty',
    );
  }
}
