import { type FactorSpec, parameterCount, type TrainingSpec } from './factor';
import type { MatrixSize } from './model';

/** What training will take, as far as it can be told before. */
export interface Cost {
  readonly parameters: number;
  /** Bytes of parameters, Adam's two moments and the blocks of a step. */
  readonly bytes: number;
  readonly steps: number;
  /** Multiplications and additions of the whole run. */
  readonly operations: number;
}

/** Estimates from the shapes alone: 4 bytes a number, three matrix products of 2·B·K·d a step. */
export function estimateCost(model: FactorSpec, training: TrainingSpec, size: MatrixSize): Cost {
  const parameters = parameterCount(model, size.rows, size.columns);
  const blockRows = Math.min(training.batchRows, size.rows);
  const stepsPerEpoch =
    training.blocks === 'even'
      ? Math.max(1, Math.floor(size.rows / training.batchRows))
      : Math.ceil(size.rows / training.batchRows);
  const steps = stepsPerEpoch * training.epochs;
  const pairsInBlock = (size.pairs / size.rows) * blockRows;
  // Expected distinct columns among n draws; flat popularity, hence an upper bound.
  const distinct = size.columns * (1 - Math.exp(-pairsInBlock / size.columns));
  const blockColumns =
    training.blockColumns === 'all'
      ? size.columns
      : training.blockColumns === 'batch-repeated'
        ? pairsInBlock
        : training.blockColumns === 'sampled'
          ? Math.min(size.columns, Math.max(distinct, training.sampledColumns))
          : distinct;
  const cells = blockRows * blockColumns;
  const pooled = model.rowVector === 'pooled' ? 4 * blockRows * distinct * model.dimensions : 0;
  return {
    parameters,
    bytes: 4 * (3 * parameters + 5 * cells + 2 * (blockRows + blockColumns) * model.dimensions),
    steps,
    operations: steps * (6 * cells * model.dimensions + pooled + 12 * cells + 14 * parameters),
  };
}
