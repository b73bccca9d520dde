import type { Engine } from '../../src/engines/engine';
import { TrainingControl } from '../../src/training/control';
import { type TrainingContext, type TrainingResult, type TrainingRun, trainModel } from '../../src/training/trainer';
import { task } from './task';

/** Trains by a clock that stands still, with no other engine to go on. */
export function trainStill(
  run: TrainingRun,
  engine: Engine,
  change: Partial<TrainingContext> = {},
): Promise<TrainingResult> {
  return trainModel(run, engine, {
    ...task(),
    control: new TrainingControl(),
    nextEngine: async () => null,
    ...change,
  });
}
