import type { TrainingSpec } from '../models/factor';

/** Learning rate of step `step` (from 0) of `steps`. */
export function rateAt({ learningRate, schedule }: TrainingSpec, step: number, steps: number): number {
  switch (schedule) {
    case 'constant':
      return learningRate;
    case 'linear':
      return learningRate * (1 - step / steps);
    default:
      return schedule satisfies never;
  }
}
