import { batchOption, dimensionsOption, epochsOption, patienceOption, rateOption, trainingOf } from '../common-options';
import { holdOutOptions } from '../hold-out-options';
import type { Preset } from '../model';
import { KERAS_ADAM } from '../optimiser';
import { hiddenLayers, layerOptions, RATING_BATCHES, validationOption } from '../rating-options';

/** The first Keras model of the goodbooks tutorial: product of embeddings, biases, dense layers. */
export const preset: Preset = {
  id: 'goodbooks-mf',
  title: 'Goodbooks: product and dense layers',
  order: 5,
  covers: ['B1', 'B2', 'B3', 'B4', 'B5', 'B6'],
  summary: 'Learns ratings: the product of two vectors and two biases go through small dense layers.',
  explanation: [
    'The vectors of a {row} and a {column} are multiplied number by number, some of the products are left out at random, and a bias of each side is joined to them:',
    '$$h_0 = [\\,\\mathrm{dropout}(u_r \\circ v_c),\\; b_r,\\; b_c\\,]$$',
    'Dense layers with rectified units make a rating of it, and training lowers the squared error:',
    '$$h_i = \\mathrm{dropout}(\\max(0, h_{i-1}W_i + \\beta_i)), \\qquad \\hat y_{rc} = \\max(0, h_nW + \\beta), \\qquad L = (\\hat y_{rc} - y_{rc})^2$$',
    'The tables have one row more than there are ids, as in the tutorial. There, that row shifts the titles by one when components are read; here titles keep their place.',
  ],
  learns: 'ratings',
  options: [
    dimensionsOption(30),
    ...layerOptions('50, 20', '0.2, 0.2', 0.2),
    epochsOption(4),
    batchOption(256, 'ratings a step'),
    rateOption(0.002),
    patienceOption(0),
    validationOption(0.005),
    ...holdOutOptions({ method: 'random', share: 0.1 }),
  ],
  specify: (options) => ({
    model: {
      family: 'network',
      rowDimensions: options.dimensions as number,
      columnDimensions: options.dimensions as number,
      join: 'product',
      embeddingDropout: options.embeddingDropout as number,
      dropoutPlace: 'joined',
      biases: true,
      productDimensions: 0,
      layers: hiddenLayers(options),
      output: 'relu',
      range: null,
      loss: 'mse',
      padding: true,
      initializer: { kind: 'uniform', scale: 0.05 },
      denseStart: { kind: 'glorot' },
      denseBias: 0,
      rowFeatures: 0,
      columnFeatures: 0,
      optimiser: KERAS_ADAM,
    },
    training: trainingOf(options, { ...RATING_BATCHES, batchPairs: options.batchSize as number }),
  }),
};
