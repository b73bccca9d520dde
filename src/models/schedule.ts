/** How the learning rate moves over a run. Periods are in epochs. */
export type Schedule =
  | { readonly kind: 'constant' }
  /** From the rate down to zero. */
  | { readonly kind: 'linear' }
  /** From the rate down to `floor` times it along half a cosine, then anew (SGDR; Loshchilov and Hutter, 2017). */
  | { readonly kind: 'cosine-restarts'; readonly period: number; readonly floor: number }
  /** Up to `peak` times the rate and back; 2 halves the peak each time, exp shrinks it by `gamma` each epoch (Smith, 2017). */
  | { readonly kind: 'triangular' | 'triangular2'; readonly period: number; readonly peak: number }
  | { readonly kind: 'exp-range'; readonly period: number; readonly peak: number; readonly gamma: number }
  /** From rate/25 up to the rate in a quarter of the run, then down to rate/10⁵, both along half cosines (Smith, 2018; fastai). */
  | { readonly kind: 'one-cycle' };

const WARM_UP = 0.25;
const START_DIVISOR = 25;
const END_DIVISOR = 1e5;

/** Learning rate of step `step` (from 0) of `steps`. */
export function rateAt(
  { learningRate: rate, schedule }: { learningRate: number; schedule: Schedule },
  step: number,
  steps: number,
  stepsPerEpoch: number,
): number {
  switch (schedule.kind) {
    case 'constant':
      return rate;
    case 'linear':
      return rate * (1 - step / steps);
    case 'cosine-restarts': {
      const period = Math.max(1, Math.round(schedule.period * stepsPerEpoch));
      return fall(rate, rate * schedule.floor, (step % period) / period);
    }
    case 'triangular':
    case 'triangular2':
    case 'exp-range': {
      const half = (schedule.period * stepsPerEpoch) / 2;
      const cycle = Math.floor(1 + step / (2 * half));
      const height = Math.max(0, 1 - Math.abs(step / half - 2 * cycle + 1));
      const shrink =
        schedule.kind === 'triangular2'
          ? 2 ** (1 - cycle)
          : schedule.kind === 'exp-range'
            ? schedule.gamma ** (step / stepsPerEpoch)
            : 1;
      return rate + rate * (schedule.peak - 1) * height * shrink;
    }
    case 'one-cycle': {
      const share = step / Math.max(1, steps - 1);
      return share < WARM_UP
        ? fall(rate / START_DIVISOR, rate, share / WARM_UP)
        : fall(rate, rate / END_DIVISOR, (share - WARM_UP) / (1 - WARM_UP));
    }
    default:
      return schedule satisfies never;
  }
}

/** Half a cosine from one number to another. */
function fall(from: number, to: number, share: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
}
