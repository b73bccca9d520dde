import type { DataFacts } from './data-facts';
import { denseShapes, joinedWidth } from './network';
import { momentsOf, updatesTouchedRowsOnly } from './optimiser';
import { type ModelSpec, parameterCount } from './spec';
import type { BlockSpec, PairSpec, TrainingSpec } from './training';

/** What training will take, as far as it can be estimated before. */
export interface Cost {
  readonly parameters: number;
  /** Bytes of parameters, what the optimiser keeps for each, and what a step looks at. */
  readonly bytes: number;
  readonly steps: number;
  /** Multiplications and additions of the whole run. */
  readonly operations: number;
}

/** Estimates from the shapes alone: 4 bytes a number, three products of 2·n·d for each n numbers scored. */
export function estimateCost(model: ModelSpec, training: TrainingSpec, size: DataFacts): Cost {
  const parameters = parameterCount(model, size.rows, size.columns);
  const steps = stepsPerEpoch(training.batches, size) * training.epochs;
  const step =
    training.batches.kind === 'blocks' ? blockCost(model, training.batches, size) : pairCost(model, training.batches);
  const kept = Object.values(momentsOf(model.optimiser)).filter(Boolean).length;
  // What a step does not look at rests, where the optimiser moves only what it does.
  const moved = updatesTouchedRowsOnly(model.optimiser) ? Math.min(parameters, step.numbers) : parameters;
  return {
    parameters,
    bytes: 4 * ((1 + kept) * parameters + step.numbers),
    steps,
    operations: steps * (step.operations + 14 * moved),
  };
}

/** Optimiser steps in an epoch. */
export function stepsPerEpoch(
  batches: BlockSpec | PairSpec,
  size: Pick<DataFacts, 'rows' | 'pairs' | 'occurrences'>,
): number {
  if (batches.kind === 'pairs') {
    const steps = (batches.repeats ? (size.occurrences ?? size.pairs) : size.pairs) / batches.batchPairs;
    return Math.max(1, batches.order === 'sample' ? Math.floor(steps) : Math.ceil(steps));
  }
  return batches.blocks === 'even'
    ? Math.max(1, Math.floor(size.rows / batches.batchRows))
    : Math.ceil(size.rows / batches.batchRows);
}

/** How fast training goes, in words: “12.3 M pairs/s”, “78,000 pairs/s”. */
export function speedText(pairsPerSecond: number): string {
  if (pairsPerSecond < 1e6) return `${Number(pairsPerSecond.toPrecision(2)).toLocaleString('en')} pairs/s`;
  const millions = pairsPerSecond / 1e6;
  return `${millions < 100 ? millions.toPrecision(3) : Math.round(millions).toLocaleString('en')} M pairs/s`;
}

interface StepCost {
  readonly operations: number;
  /** Numbers held at once besides the parameters. */
  readonly numbers: number;
}

function blockCost(model: ModelSpec, batches: BlockSpec, size: DataFacts): StepCost {
  const d = model.family === 'factor' ? model.dimensions : joinedWidth(model);
  const blockRows = Math.min(batches.batchRows, size.rows);
  const pairsInBlock = (size.pairs / size.rows) * blockRows;
  // Expected distinct columns among n draws; flat popularity, hence an upper bound.
  const distinct = size.columns * (1 - Math.exp(-pairsInBlock / size.columns));
  const blockColumns =
    batches.blockColumns === 'all'
      ? size.columns
      : batches.blockColumns === 'batch-repeated'
        ? pairsInBlock
        : batches.blockColumns === 'sampled'
          ? Math.min(size.columns, Math.max(distinct, batches.sampledColumns))
          : distinct;
  const cells = blockRows * blockColumns;
  const pooled = model.family === 'factor' && model.rowVector === 'pooled' ? 4 * blockRows * distinct * d : 0;
  return { operations: 6 * cells * d + pooled + 12 * cells, numbers: 5 * cells + 2 * (blockRows + blockColumns) * d };
}

function pairCost(model: ModelSpec, batches: PairSpec): StepCost {
  const pairs = batches.batchPairs * (1 + (batches.negatives?.perPositive ?? 0));
  if (model.family === 'factor') {
    return { operations: pairs * 14 * model.dimensions, numbers: 6 * pairs * model.dimensions };
  }
  const weights = denseShapes(model).reduce((sum, [inputs, units]) => sum + inputs * units, 0);
  const widths = denseShapes(model).reduce((sum, [inputs]) => sum + inputs, joinedWidth(model));
  return { operations: pairs * 6 * weights, numbers: 4 * pairs * widths };
}
