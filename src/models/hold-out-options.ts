import type { HoldOut } from '../data/split';
import type { OptionSpec, OptionValues } from './option';

/** Options that every preset shares: what is kept from training, and the seed of all randomness. */
export const holdOutOptions: readonly OptionSpec[] = [
  {
    kind: 'toggle',
    id: 'holdOut',
    title: 'Hold out pairs to test on',
    help: 'Off trains on everything, and nothing can be measured.',
    group: 'hold-out',
    default: true,
  },
  {
    kind: 'number',
    id: 'holdOutShare',
    title: 'Share held out',
    help: 'Of the pairs of each {row} that has enough of them.',
    group: 'hold-out',
    unit: 'of the pairs',
    default: 0.2,
    minimum: 0.01,
    maximum: 0.9,
    step: 0.05,
    integer: false,
  },
  {
    kind: 'number',
    id: 'holdOutMinimum',
    title: 'Only where there are at least',
    help: '{rows} with fewer are used for training only.',
    group: 'hold-out',
    unit: 'pairs on a {row}',
    default: 5,
    minimum: 2,
    maximum: 1000,
    step: 1,
    integer: true,
  },
  {
    kind: 'number',
    id: 'seed',
    title: 'Seed',
    help: 'The same seed on the same device gives the same result.',
    group: 'hold-out',
    unit: 'any whole number',
    default: 1,
    minimum: 0,
    maximum: 2147483647,
    step: 1,
    integer: true,
  },
];

/** The hold-out that complete options ask for, or null. */
export function holdOutOf(options: OptionValues): HoldOut | null {
  if (options.holdOut !== true) return null;
  return {
    fraction: options.holdOutShare as number,
    minimumDegree: options.holdOutMinimum as number,
    seed: options.seed as number,
  };
}
