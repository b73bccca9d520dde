import {
  batchOption,
  dimensionsOption,
  epochsOption,
  featureCounts,
  featureOptions,
  patienceOption,
  rateOption,
  scheduleOptions,
  trainingOf,
  weightDecayOption,
} from '../common-options';
import { holdOutOptions } from '../hold-out-options';
import type { Preset } from '../model';
import { TORCH_ADAM } from '../optimiser';
import { hiddenLayers, layerOptions, RATING_BATCHES } from '../rating-options';

/** “How to implement a recommendation system with deep learning and PyTorch” (Zaitsev, 2018): the embedding net. */
export const preset: Preset = {
  id: 'embedding-net',
  title: 'Embedding net, as in the tutorial',
  order: 7,
  covers: ['Z1', 'Z2', 'Z3', 'Z4', 'Z5', 'Z6', 'Z7'],
  summary: 'Learns ratings with any dense layers, a cyclic learning rate and early stopping.',
  explanation: [
    'The vectors of a {row} and a {column} are put side by side and go through any number of dense layers with rectified units and dropout:',
    '$$h_0 = \\mathrm{dropout}([v_c, u_r]), \\qquad h_i = \\mathrm{dropout}(\\max(0, h_{i-1}W_i + \\beta_i))$$',
    'The output is a sigmoid stretched half a rating beyond the lowest rating $a$ and the highest $b$, since it never reaches its ends:',
    '$$\\hat y_{rc} = (b - a + 1)\\,\\sigma(h_nW + \\beta) + a - \\tfrac12$$',
    'Training lowers the squared error with weight decay. The learning rate falls along a cosine and starts again every two epochs; training ends when the held-out loss has not fallen for ten epochs, and the best weights are put back.',
  ],
  learns: 'ratings',
  options: [
    dimensionsOption(150),
    ...layerOptions('500, 500, 500', '0.5, 0.5, 0.25', 0.05),
    ...featureOptions(),
    epochsOption(100),
    batchOption(2000, 'ratings a step'),
    rateOption(0.001),
    ...scheduleOptions({ schedule: 'cosine-restarts', period: 2, floor: 0.1 }),
    weightDecayOption(0.00001),
    patienceOption(10),
    ...holdOutOptions({ method: 'random', share: 0.2, seed: 1 }),
  ],
  specify: (options, facts) => {
    const { minimum, maximum } = facts.values ?? { minimum: 1, maximum: 5 };
    return {
      model: {
        family: 'network',
        rowDimensions: options.dimensions as number,
        columnDimensions: options.dimensions as number,
        join: 'concat',
        embeddingDropout: options.embeddingDropout as number,
        dropoutPlace: 'joined',
        biases: false,
        productDimensions: 0,
        layers: hiddenLayers(options),
        output: 'sigmoid',
        range: [minimum - 0.5, maximum + 0.5],
        loss: 'mse',
        padding: false,
        initializer: { kind: 'uniform', scale: 0.05 },
        denseStart: { kind: 'glorot' },
        denseBias: 0.01,
        ...featureCounts(options, facts),
        optimiser: { ...TORCH_ADAM, weightDecay: options.weightDecay as number },
      },
      training: trainingOf(options, { ...RATING_BATCHES, batchPairs: options.batchSize as number }),
    };
  },
};
