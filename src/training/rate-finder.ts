import type { Engine } from '../engines/engine';
import { checkpoint, type TaskContext } from '../task';
import { initialState } from './initial-state';
import { createSampler } from './sampler';
import type { TrainingRun } from './trainer';
import { engineDataOf } from './training-data';

/** What a search for a learning rate found. */
export interface RateSearch {
  readonly rates: Float64Array;
  /** Smoothed losses, one for each rate tried. */
  readonly losses: Float64Array;
  /** Rate at which the loss falls most steeply; null when it never fell. */
  readonly steepest: number | null;
  /** A tenth of the rate with the lowest loss; null when it never fell. */
  readonly tenthOfLowest: number | null;
}

const LOWEST = 1e-6;
const HIGHEST = 10;
const TRIES = 120;
/** Weight of the past in the smoothed loss, and how far above the best one the search goes on (fastai). */
const SMOOTHING = 0.9;
const TOO_FAR = 4;

/**
 * The learning-rate range test (Smith, 2017; fastai's lr_find): one step at each of a series of
 * growing rates, from the run's own start, until the loss is lost.
 */
export async function findRate(run: TrainingRun, engine: Engine, task: TaskContext): Promise<RateSearch> {
  const { model, training, data, seed } = run;
  const { rows, columns } = data.train;
  const sampler = createSampler(data, model, training, seed);
  const trainer = engine.create(model, initialState(model, rows, columns, seed), engineDataOf(data));
  const rates: number[] = [];
  const losses: number[] = [];
  try {
    let average = 0;
    let lowest = Number.POSITIVE_INFINITY;
    for (let epoch = 0; rates.length < TRIES; epoch++) {
      for (const batch of sampler.epoch(epoch)) {
        const rate = LOWEST * (HIGHEST / LOWEST) ** (rates.length / (TRIES - 1));
        trainer.step(batch, rate);
        const [loss] = await trainer.losses();
        await trainer.metrics();
        average = SMOOTHING * average + (1 - SMOOTHING) * loss;
        const smooth = average / (1 - SMOOTHING ** (rates.length + 1));
        if (!Number.isFinite(smooth) || smooth > TOO_FAR * lowest) return found(rates, losses);
        lowest = Math.min(lowest, smooth);
        rates.push(rate);
        losses.push(smooth);
        await checkpoint(task, rates.length / TRIES);
        if (rates.length === TRIES) break;
      }
    }
    return found(rates, losses);
  } finally {
    trainer.dispose();
  }
}

/** Picks rates from a curve: the steepest fall by central differences over the logarithm of the rate. */
function found(rates: readonly number[], losses: readonly number[]): RateSearch {
  let steepest: number | null = null;
  let lowestDifference = 0;
  const low = losses.indexOf(Math.min(...losses));
  for (let i = 1; i < low; i++) {
    const difference = losses[i + 1] - losses[i - 1];
    if (difference < lowestDifference) {
      lowestDifference = difference;
      steepest = rates[i];
    }
  }
  return {
    rates: Float64Array.from(rates),
    losses: Float64Array.from(losses),
    steepest,
    tenthOfLowest: low > 0 ? rates[low] / 10 : null,
  };
}
