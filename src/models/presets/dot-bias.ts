import {
  batchOption,
  dimensionsOption,
  epochsOption,
  rateOption,
  scheduleOptions,
  trainingOf,
  weightDecayOption,
} from '../common-options';
import { PLAIN_FACTORS } from '../factor';
import { holdOutOptions } from '../hold-out-options';
import type { Preset } from '../model';
import { TORCH_ADAM } from '../optimiser';
import { RATING_BATCHES } from '../rating-options';

/** fastai's collab_learner: dot product and biases, kept within a range, trained for one cycle. */
export const preset: Preset = {
  id: 'dot-bias',
  title: 'fastai: dot product and biases',
  order: 9,
  covers: ['B10'],
  summary: 'Learns ratings within a range, in one cycle of the learning rate.',
  explanation: [
    'The product of two vectors and the biases of both sides are kept within a range by a logistic curve from $a$ to $b$, a little beyond the ratings:',
    '$$\\hat y_{rc} = a + (b - a)\\,\\sigma(\\langle u_r, v_c\\rangle + b_r + b_c)$$',
    'Training lowers the squared error. The learning rate goes up for a quarter of the run and down for the rest: one cycle. Find a rate first: the plot in the training cell shows where the loss falls fastest.',
  ],
  learns: 'ratings',
  options: [
    dimensionsOption(50),
    {
      kind: 'number',
      id: 'lowest',
      title: 'Range from',
      help: 'Predictions stay above this.',
      group: 'model',
      unit: 'rating',
      default: 0,
      minimum: -1000000,
      maximum: 1000000,
      step: 0.5,
      integer: false,
    },
    {
      kind: 'number',
      id: 'highest',
      title: 'Range to',
      help: 'Predictions stay below this.',
      group: 'model',
      unit: 'rating',
      default: 5.5,
      minimum: -1000000,
      maximum: 1000000,
      step: 0.5,
      integer: false,
    },
    epochsOption(3),
    batchOption(64, 'ratings a step'),
    rateOption(0.01),
    ...scheduleOptions({ schedule: 'one-cycle' }),
    { ...weightDecayOption(0.01), help: 'Taken off each number directly, times the learning rate, as fastai does.' },
    ...holdOutOptions({ method: 'random', share: 0.2, seed: 42 }),
  ],
  specify: (options) => ({
    model: {
      ...PLAIN_FACTORS,
      dimensions: options.dimensions as number,
      rowBias: true,
      columnBias: true,
      range: [options.lowest as number, options.highest as number],
      loss: 'mse',
      initializer: { kind: 'normal', scale: 0.01 },
      optimiser: {
        ...TORCH_ADAM,
        beta2: 0.99,
        epsilon: 1e-5,
        weightDecay: options.weightDecay as number,
        decoupled: true,
      },
    },
    training: trainingOf(options, { ...RATING_BATCHES, batchPairs: options.batchSize as number }),
  }),
};
