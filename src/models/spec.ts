import { InputError } from '../errors';
import { type FactorSpec, factorTables } from './factor';
import type { TableShape } from './initializer';
import { type NetworkSpec, networkTables } from './network';
import { updatesPerPair } from './optimiser';
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

/** @throws InputError for a model that cannot be learned from such batches */
export function requireTrainable(model: ModelSpec, { batches }: TrainingSpec): void {
  if (updatesPerPair(model.optimiser)) {
    requirePlainRatings(model, batches);
    return;
  }
  if (batches.kind === 'pairs' && batches.order === 'strata') {
    throw new InputError('expected an optimiser that moves after each pair for pairs in strata, found another');
  }
  if (batches.kind === 'pairs') {
    if (model.family === 'factor' && model.rowVector === 'pooled') {
      throw new InputError('expected own rows for batches of pairs, found pooled rows');
    }
    if ((model.loss === 'softmax' || model.loss === 'bpr') && batches.negatives?.draw !== 'column') {
      throw new InputError(
        `expected negatives drawn for the same row, which a loss of ${model.loss} compares a pair with, found ${
          batches.negatives ? 'pairs of other rows' : 'none'
        }`,
      );
    }
    return;
  }
  if (model.family === 'network') throw new InputError('expected batches of pairs for a network, found blocks');
  const { rowBias, offset, link, range, regularisation, loss } = model;
  const other = rowBias || offset !== 0 || link !== 'identity' || range !== null || regularisation !== 0;
  if (other || loss === 'mse' || loss === 'bpr') {
    throw new InputError(
      'expected a score of vectors and column biases for blocks, found what only pairs can teach: values, BPR, a link, row biases or a penalty',
    );
  }
}

/**
 * What can move after each pair: nothing but the row and the column of the pair, or no two pairs could be worked on at
 * a time. @throws InputError
 */
function requirePlainRatings(model: ModelSpec, batches: TrainingSpec['batches']): void {
  const plain =
    model.family === 'factor' &&
    model.rowVector === 'own' &&
    model.score === 'dot' &&
    model.link === 'identity' &&
    model.range === null &&
    model.loss === 'mse';
  if (!plain) {
    throw new InputError(
      'expected products of own vectors with a squared error where parameters move after each pair, found another model',
    );
  }
  if (model.rowFeatures + model.columnFeatures > 0) {
    throw new InputError(
      'expected no vectors of metadata where each rating moves its row and column at once, found some: switch off “Use metadata”, or choose an optimiser that takes batches',
    );
  }
  if (batches.kind !== 'pairs' || batches.order !== 'strata' || batches.negatives) {
    throw new InputError('expected pairs in strata, without negatives, where parameters move after each pair');
  }
}
