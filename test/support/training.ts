import type { Engine } from '../../src/engines/engine';
import { TrainingControl } from '../../src/training/control';
import { type TrainingResult, type TrainingRun, type TrainingWorld, trainModel } from '../../src/training/trainer';
import { yieldNow } from './tiny';

/** Trains by a clock that stands still, with no other engine to go on. */
export function trainStill(
  run: TrainingRun,
  engine: Engine,
  change: Partial<TrainingWorld> = {},
): Promise<TrainingResult> {
  return trainModel(run, engine, {
    clock: () => 0,
    yieldNow,
    control: new TrainingControl(),
    nextEngine: async () => null,
    onProgress: () => undefined,
    ...change,
  });
}
