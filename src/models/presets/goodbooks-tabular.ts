import { batchOption, dimensionsOption, epochsOption, patienceOption, rateOption, trainingOf } from '../common-options';
import { holdOutOptions } from '../hold-out-options';
import type { Preset } from '../model';
import { KERAS_ADAM } from '../optimiser';
import { hiddenLayers, layerOptions, RATING_BATCHES, validationOption } from '../rating-options';

/** The second Keras model of the goodbooks tutorial: two vectors side by side, as the fields of a table. */
export const preset: Preset = {
  id: 'goodbooks-tabular',
  title: 'Goodbooks: vectors side by side',
  order: 6,
  covers: ['B1', 'B2', 'B7', 'B8', 'B9'],
  summary: 'Learns ratings: the vectors of both sides, which may differ in size, are fields of a table.',
  explanation: [
    'The vectors of a {row} and a {column} are put side by side, after some of their numbers are left out at random. They may have different sizes:',
    '$$h_0 = [\\,\\mathrm{dropout}(v_c),\\; \\mathrm{dropout}(u_r)\\,]$$',
    'A dense layer with rectified units and one output unit, rectified or between the lowest and the highest rating, make a rating of it. Training lowers the squared error.',
    'The tutorial also computes a dropout of the joined vectors and does not use it; it is left out here.',
  ],
  learns: 'ratings',
  options: [
    { ...dimensionsOption(50), title: 'Size of a {row}’s vector' },
    { ...dimensionsOption(50), id: 'columnDimensions', title: 'Size of a {column}’s vector' },
    ...layerOptions('20', '0', 0.2),
    {
      kind: 'choice',
      id: 'output',
      title: 'Output',
      help: 'A sigmoid is stretched from the lowest to the highest rating.',
      group: 'model',
      default: 'relu',
      choices: [
        { value: 'relu', title: 'rectified' },
        { value: 'sigmoid', title: 'sigmoid' },
      ],
    },
    epochsOption(4),
    batchOption(256, 'ratings a step'),
    rateOption(0.002),
    patienceOption(0),
    validationOption(0.005),
    ...holdOutOptions({ method: 'random', share: 0.1 }),
  ],
  specify: (options, { values }) => ({
    model: {
      family: 'network',
      rowDimensions: options.dimensions as number,
      columnDimensions: options.columnDimensions as number,
      join: 'concat',
      embeddingDropout: options.embeddingDropout as number,
      dropoutPlace: 'each',
      biases: false,
      productDimensions: 0,
      layers: hiddenLayers(options),
      output: options.output as 'relu' | 'sigmoid',
      range: options.output === 'sigmoid' && values ? [values.minimum, values.maximum] : null,
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
