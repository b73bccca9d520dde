import {
  batchOption,
  dimensionsOption,
  epochsOption,
  featureCounts,
  featureOptions,
  optimiserOf,
  patienceOption,
  rateOption,
  scheduleOptions,
  trainingOf,
} from '../common-options';
import { PLAIN_FACTORS } from '../factor';
import { holdOutOptions } from '../hold-out-options';
import type { Preset } from '../model';
import { TORCH_ADAM } from '../optimiser';
import { ratingBatches, ratingOptimiserOption } from '../rating-options';

/** Biased matrix factorisation (Koren, Bell and Volinsky, 2009), with settings measured for Cofactor. */
export const preset: Preset = {
  id: 'biased-mf',
  title: 'Ratings: biases and factors',
  order: 4,
  covers: ['B10'],
  summary: 'The plain model of ratings, with settings that predict well: mean, biases and a product of vectors.',
  explanation: [
    'A rating is the mean of all ratings $\\mu$, plus how generous the {row} is, plus how good the {column} is, plus how well the two fit:',
    '$$\\hat y_{rc} = \\mu + b_r + b_c + \\langle u_r, v_c\\rangle$$',
    'Training lowers the squared error and, against overfitting, the size of all parameters that a rating uses:',
    '$$L = (\\hat y_{rc} - y_{rc})^2 + \\lambda\\,(\\lVert u_r\\rVert^2 + \\lVert v_c\\rVert^2 + b_r^2 + b_c^2)$$',
  ],
  learns: 'ratings',
  options: [
    dimensionsOption(64),
    {
      kind: 'number',
      id: 'regularisation',
      title: 'Penalty λ',
      help: 'More keeps closer to the mean where there are few ratings.',
      group: 'model',
      unit: 'for each rating',
      default: 0.1,
      minimum: 0,
      maximum: 10,
      step: 0.01,
      integer: false,
    },
    ...featureOptions(),
    epochsOption(20),
    batchOption(1000, 'ratings a step'),
    rateOption(0.005),
    ratingOptimiserOption(),
    ...scheduleOptions({ schedule: 'linear' }),
    patienceOption(0),
    ...holdOutOptions({ method: 'random', share: 0.2 }),
  ],
  specify: (options, facts) => {
    const optimiser = optimiserOf(options, TORCH_ADAM);
    return {
      model: {
        ...PLAIN_FACTORS,
        dimensions: options.dimensions as number,
        rowBias: true,
        columnBias: true,
        offset: facts.values?.mean ?? 0,
        loss: 'mse',
        regularisation: options.regularisation as number,
        initializer: { kind: 'normal', scale: 0.1 },
        ...featureCounts(options, facts),
        optimiser,
      },
      training: trainingOf(options, ratingBatches(optimiser, options.batchSize as number)),
    };
  },
};
