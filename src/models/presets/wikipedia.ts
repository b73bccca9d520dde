import {
  batchOption,
  dimensionsOption,
  epochsOption,
  featureCounts,
  featureOptions,
  negativesOption,
  optimiserOf,
  optimiserOption,
  rateOption,
  trainingOf,
} from '../common-options';
import { PLAIN_FACTORS } from '../factor';
import { holdOutOptions } from '../hold-out-options';
import type { Preset } from '../model';
import { KERAS_ADAM } from '../optimiser';

/** “Building a recommendation system using neural network embeddings” (Koehrsen, 2018): books and their Wikipedia links. */
export const preset: Preset = {
  id: 'wikipedia',
  title: 'Wikipedia books, as in the tutorial',
  order: 3,
  covers: ['K4', 'K5', 'K6', 'K7', 'K8', 'K9', 'K10', 'K11'],
  summary: 'Cosine of two vectors, existing pairs against random ones: made for neighbours rather than predictions.',
  explanation: [
    'Every {row} and every {column} gets a vector of $d$ numbers. How near they are is the cosine between them, between −1 and 1:',
    '$$\\cos_{rc} = \\frac{\\langle u_r, v_c\\rangle}{\\lVert u_r\\rVert\\,\\lVert v_c\\rVert}$$',
    'As a classification, one more neuron with two learned numbers makes a probability of it, and the loss is the binary cross-entropy. As a regression, the cosine itself should be 1 for pairs that exist and −1 for those that do not, and the loss is the squared error:',
    '$$p_{rc} = \\sigma(w\\cos_{rc} + \\beta) \\qquad\\text{or}\\qquad \\cos_{rc} \\to \\pm 1$$',
    'Each step takes pairs that exist and, for each of them, random pairs of a {row} and a {column} that do not. Nothing is held out, on purpose: the vectors are the goal, and all the data should shape them.',
  ],
  learns: 'pairs',
  options: [
    dimensionsOption(50),
    {
      kind: 'choice',
      id: 'task',
      title: 'Task',
      help: 'Classification ends in a neuron with a sigmoid; regression takes the cosine as it is.',
      group: 'model',
      default: 'classification',
      choices: [
        { value: 'classification', title: 'classification' },
        { value: 'regression', title: 'regression' },
      ],
    },
    ...featureOptions(),
    epochsOption(15),
    batchOption(1024, 'pairs that exist in a step'),
    negativesOption(2, 'Random pairs for each pair that exists; never one that exists itself.'),
    rateOption(0.001),
    optimiserOption(),
    ...holdOutOptions({ holdOut: false, seed: 100 }),
  ],
  specify: (options, facts) => {
    const regression = options.task === 'regression';
    return {
      model: {
        ...PLAIN_FACTORS,
        dimensions: options.dimensions as number,
        score: 'cosine',
        link: regression ? 'identity' : 'affine',
        loss: regression ? 'mse' : 'bce',
        initializer: { kind: 'uniform', scale: 0.05 },
        ...featureCounts(options, facts),
        optimiser: optimiserOf(options, KERAS_ADAM),
      },
      training: trainingOf(options, {
        kind: 'pairs',
        batchPairs: options.batchSize as number,
        order: 'sample',
        target: 'one',
        repeats: true,
        negatives: {
          perPositive: options.negatives as number,
          draw: 'pair',
          by: 'uniform',
          reject: true,
          target: regression ? -1 : 0,
        },
      }),
    };
  },
};
