import type { Engine } from '../engines/engine';
import { rateAt } from '../models/schedule';
import type { TaskContext } from '../task';
import { initialState } from './initial-state';
import { createSampler } from './sampler';
import { Stepper } from './stepper';
import type { TrainingRun } from './trainer';
import { engineDataOf } from './training-data';

/** Milliseconds in which an engine may compile and fill its caches, and those in which its steps count. */
const WARM_UP_MS = 300;
const MEASURED_MS = 1700;

/** As often the trainer asks for the losses, which makes it wait for the device. In milliseconds. */
const REPORT_INTERVAL_MS = 60;

/**
 * Trains a model for some two seconds as the trainer does, without measuring or keeping what it learns.
 * Gives the pairs scored per second. @throws AbortError of the signal; DeviceLostError
 */
export async function measureSpeed(run: TrainingRun, engine: Engine, task: TaskContext): Promise<number> {
  const { model, training, data, seed } = run;
  const { rows, columns } = data.train;
  const sampler = createSampler(data, model, training, seed);
  const steps = sampler.stepsPerEpoch * training.epochs;
  const trainer = engine.create(model, initialState(model, rows, columns, seed), engineDataOf(data), sampler.source);
  const rate = (step: number) => rateAt(training, step % steps, steps, sampler.stepsPerEpoch);
  const stepper = new Stepper(trainer, sampler, rate, task.clock);
  const begun = task.clock();
  let advance = stepper.epoch(0);
  let epoch = 0;
  let left = sampler.stepsPerEpoch;

  /** Makes steps until the time is over, at least one; gives their number. */
  const work = async (milliseconds: number): Promise<number> => {
    const end = task.clock() + milliseconds;
    let made = 0;
    let lastReport = task.clock();
    do {
      if (left === 0) {
        advance = stepper.epoch(++epoch);
        left = sampler.stepsPerEpoch;
      }
      const count = advance(false);
      made += count;
      left -= count;
      if (stepper.full || task.clock() - lastReport >= REPORT_INTERVAL_MS) {
        await trainer.losses();
        stepper.waited();
        await trainer.metrics();
        lastReport = task.clock();
        task.progress(Math.min(1, (lastReport - begun) / (WARM_UP_MS + MEASURED_MS)));
        await task.yieldNow();
        task.signal.throwIfAborted();
      }
    } while (task.clock() < end);
    await trainer.losses();
    await trainer.metrics();
    return made;
  };

  try {
    await work(WARM_UP_MS);
    const start = task.clock();
    const made = await work(MEASURED_MS);
    return (1000 * made * sampler.pairsPerStep) / (task.clock() - start);
  } finally {
    trainer.dispose();
  }
}
