import type { Batch, PairSource } from '../engines/engine';
import type { ModelSpec } from '../models/spec';
import type { TrainingSpec } from '../models/training';
import { BlockSampler } from './block-sampler';
import { PairSampler } from './pair-sampler';
import type { TrainingData } from './training-data';

/** Draws what the steps of an epoch look at: the same for the same seed and epoch. */
export interface Sampler {
  readonly stepsPerEpoch: number;
  /** Pairs that an average step scores. */
  readonly pairsPerStep: number;
  /** What batches of pairs are drawn from, for engines that draw by themselves; batches of rows have none. */
  readonly source?: PairSource;
  epoch(epoch: number): Iterable<Batch>;
}

/** @throws InputError where values are asked for and the data has none */
export function createSampler(data: TrainingData, model: ModelSpec, training: TrainingSpec, seed: number): Sampler {
  return training.batches.kind === 'blocks'
    ? new BlockSampler(data, model, training.batches, seed)
    : new PairSampler(data, training.batches, seed);
}
